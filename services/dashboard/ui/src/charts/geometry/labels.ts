// Labels of charts must not cover each other.

/** A label that wants to stand at `at`; higher `weight` moves less. */
export interface Wish {
  at: number;
  size: number;
}

/**
 * Where labels stand so that none overlaps its neighbour and all lie within the bounds, each as
 * near to its wish as the others allow. In the order of the wishes.
 */
export function spread(wishes: readonly Wish[], low: number, high: number): number[] {
  interface Group {
    members: number[];
    size: number;
    centre: number;
  }
  const order = wishes.map((_, i) => i).sort((a, b) => wish(a).at - wish(b).at || a - b);
  function wish(i: number): Wish {
    const found = wishes[i];
    if (found === undefined) throw new RangeError(`no label ${i}`);
    return found;
  }
  function place(group: Group): Group {
    // The mean of where its members would have the group's centre.
    let before = 0;
    let sum = 0;
    for (const i of group.members) {
      sum += wish(i).at - (before + wish(i).size / 2 - group.size / 2);
      before += wish(i).size;
    }
    const half = group.size / 2;
    const centre = Math.max(low + half, Math.min(high - half, sum / group.members.length));
    return { ...group, centre };
  }
  const groups: Group[] = [];
  for (const i of order) {
    let group = place({ members: [i], size: wish(i).size, centre: wish(i).at });
    for (;;) {
      const above = groups.at(-1);
      if (above === undefined) break;
      if (above.centre + above.size / 2 <= group.centre - group.size / 2 + 1e-9) break;
      groups.pop();
      group = place({
        members: [...above.members, ...group.members],
        size: above.size + group.size,
        centre: 0,
      });
    }
    groups.push(group);
  }
  const places = new Array<number>(wishes.length).fill(0);
  for (const group of groups) {
    let edge = group.centre - group.size / 2;
    for (const i of group.members) {
      places[i] = edge + wish(i).size / 2;
      edge += wish(i).size;
    }
  }
  return places;
}

/** About how wide a text is in the charts' 13 px, without asking the browser. */
export function textWidth(text: string, pixels = 13): number {
  let width = 0;
  for (const character of text) width += /[MW@—]/.test(character) ? 0.9 : /[ilj.,:;'|! ]/.test(character) ? 0.32 : 0.57;
  return width * pixels;
}

/** The rows (from 0) in which labels stand when those that overlap sideways go one row up. */
export function rows(spans: readonly (readonly [number, number])[], gap = 12): number[] {
  const ends: number[] = [];
  return spans.map(([left, right]) => {
    let row = ends.findIndex((end) => end + gap <= left);
    if (row < 0) row = ends.length;
    ends[row] = right;
    return row;
  });
}
