#!/usr/bin/env python3
"""Checks which way includes point in C++ and CMake, and where sources lie.

    check_includes.py [ROOT]

Prints each violation as "FILE:LINE: what is wrong" and exits with 1 when there is one. The rules:

 1. libs/ includes nothing of services/, and no service's contract.
 2. No service includes another one's headers; services meet through stubs.
 3. Pure rules (the folders rules/, and files named *_rules) reach no message, stub, SQL or clock,
    directly or through what they include.
 4. Inside a service: main > *_rpc > files of resources and views > {validate*, rules, *_store} >
    libs. A file includes its own level or a lower one.
 5. A service's folders lie in layers (LAYERS): a file includes its own layer or a lower one.
 6. Only libs/sql/sqlite includes SQLite, and only libs/sql/postgres includes libpq; tests/bench
    measures SQLite alone. What opens a database (libs/daemon), and tests, include these two folders;
    everything else includes libs/sql alone.
 7. Nothing that is deployed includes a testing/ folder.
 8. Included files of the project exist. A target links what it includes, directly or through a
    library that it links, and includes something of all it links. Every source belongs to a target.
 9. No folder of libs/ or services/ holds more than 15 sources (.cc and .h), tests and testing/ not
    counted.
"""
import pathlib
import re
import sys
from collections import Counter, defaultdict

MOST_SOURCES = 15
# The folders of each service from the bottom up; those in one group may include each other. A file
# directly in the service's folder may include all of them.
LAYERS = {
    "plan": (
        ("rules",), ("indicators", "model"),
        ("organisation", "strategy", "operations", "follow_up", "tree", "history", "stratml")),
    "indicator": (
        ("rules",), ("model",), ("store",), ("definitions",),
        ("history", "ingest", "observations", "query", "quarters")),
    "reporting": (
        ("rules",), ("reading",), ("scorecards",),
        ("board", "comparisons", "explanations", "publications", "views"), ("exports", "watch")),
    "athenactl": (
        ("terminal",), ("files", "resources", "sending", "sheets", "views"), ("commands",)),
}
SERVICE_CONTRACTS = ("athena/plan/", "athena/indicator/", "athena/reporting/")
# What pure rules never reach: a message or a stub, gRPC, SQL, a clock, a request's surroundings.
IMPURE = re.compile(r"\.pb\.h$|^grpc|^google/protobuf/|^SQLiteCpp/|^sqlite3\.h$|^libpq-fe\.h$"
                    r"|^libs/(audit|auth|clock|daemon|metrics|resource|rpc|sql|versioned)/")
PURE_NEVER_CALLS = re.compile(r"\babsl::Now\(|_clock::now\(|\bstd::time\(|\btime\(nullptr\)")
# A header of a database driver, and who may include it.
DRIVERS = (
    (re.compile(r"^(SQLiteCpp/|sqlite3\.h$)"),
     ("libs/sql/sqlite/", "libs/sql/testing/", "tests/bench/")),
    (re.compile(r"^(libpq-fe\.h$|libpq/|pqxx/)"), ("libs/sql/postgres/", "libs/sql/testing/")),
)
# A header of the project that is not generated.
PROJECT_HEADER = re.compile(r"^(libs|services|tests)/(?!.*\.pb\.h$).*\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
CALL = re.compile(r"\b(athena_library|athena_test|athena_program|athena_fuzzer)\s*\(([^()]*)\)")
# Headers of generated code, and the target that exports them.
CONTRACT_TARGETS = (
    (re.compile(r"^athena/(common|plan|indicator|reporting)/.*\.grpc\.pb\.h$"), "athena_{}_proto_grpc"),
    (re.compile(r"^athena/(common|plan|indicator|reporting)/.*\.pb\.h$"), "athena_{}_proto"),
    (re.compile(r"^(google)/rpc/.*\.pb\.h$"), "{}_rpc_proto"),
    (re.compile(r"^(grpc)/health/.*\.grpc\.pb\.h$"), "{}_health_proto_grpc"),
    (re.compile(r"^(grpc)/health/.*\.pb\.h$"), "{}_health_proto"),
)


class Target:
    def __init__(self, kind, name, folder, sources, links, line):
        self.kind, self.name, self.folder = kind, name, folder
        self.sources, self.links, self.line = sources, links, line


class Tree:
    """The sources and the CMake targets below a root."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.includes = {}  # path > [(line, included)]
        self.texts = {}
        self.targets = {}
        for top in ("libs", "services", "tests"):
            for path in sorted((self.root / top).rglob("*")):
                if "node_modules" in path.parts or not path.is_file():
                    continue
                name = path.relative_to(self.root).as_posix()
                if path.suffix in (".cc", ".h"):
                    self.read_source(name, path.read_text(encoding="utf-8"))
                elif path.name == "CMakeLists.txt":
                    self.read_targets(name, path.read_text(encoding="utf-8"))

    def read_source(self, name, text):
        lines = text.splitlines()
        self.texts[name] = lines
        self.includes[name] = [(number, match.group(1)) for number, line in enumerate(lines, 1)
                               if (match := INCLUDE.match(line))]

    def read_targets(self, name, text):
        folder = name.rpartition("/")[0]
        plain = re.sub(r"#[^\n]*", "", text)
        for match in CALL.finditer(plain):
            words = match.group(2).split()
            links = words.index("LINKS") if "LINKS" in words else len(words)
            target = Target(match.group(1), words[0], folder,
                            [f"{folder}/{word}" for word in words[1:links]], words[links + 1:],
                            f"{name}:{plain.count(chr(10), 0, match.start()) + 1}")
            self.targets[target.name] = target

    def closure(self, target):
        """All that a target links, directly or not."""
        seen, todo = set(), list(target.links)
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.targets:
                todo += self.targets[name].links
            elif name.endswith("_grpc"):
                todo.append(name.removesuffix("_grpc"))
            elif re.fullmatch(r"athena_(plan|indicator|reporting)_proto", name):
                todo.append("athena_common_proto")
                if "reporting" in name:
                    todo += ["athena_indicator_proto", "athena_plan_proto"]
        return seen

    def owners(self):
        """The targets of each file. A header belongs to the library that compiles its .cc, or else
        to every library of its folder."""
        owners = defaultdict(list)
        for target in self.targets.values():
            for source in target.sources:
                owners[source].append(target)
        for header in (name for name in self.includes if name.endswith(".h")):
            if header in owners:
                continue
            body = header.removesuffix(".h") + ".cc"
            owners[header] = list(owners.get(body, [])) or [
                target for target in self.targets.values()
                if target.kind == "athena_library" and header.startswith(target.folder + "/")]
        return owners


def service_of(name):
    match = re.match(r"services/([^/]+)/", name)
    return match.group(1) if match else None


def folders_of(name):
    """The folders of a service's file below the service's own."""
    return name.split("/")[2:-1] if service_of(name) else []


def is_test(name):
    stem = name.rpartition("/")[2].split(".")[0]
    return name.startswith("tests/") or "/testing/" in name \
        or stem.endswith(("_test", "_test_suite"))


def is_pure(name):
    stem = name.rpartition("/")[2].split(".")[0].removesuffix("_test")
    return bool(service_of(name)) and ("rules" in folders_of(name) or stem.endswith("_rules"))


def level(name):
    """The level of a file inside its service, lowest 1; 0 for tests, which include all."""
    stem = name.rpartition("/")[2].split(".")[0]
    if is_test(name):
        return 0
    if stem == "main":
        return 4
    if stem.endswith("_rpc"):
        return 3
    if is_pure(name) or "model" in folders_of(name) or stem.startswith("validate") \
            or stem.endswith("_store") or stem in ("errors", "limits", "names"):
        return 1
    return 2


def layer(name):
    """The layer of a file's folder inside its service, lowest 0; None where it has none."""
    folders = folders_of(name)
    for index, group in enumerate(LAYERS.get(service_of(name), ())):
        if folders and folders[0] in group:
            return index
    return None


def check_direction(tree):
    for name, includes in tree.includes.items():
        for line, included in includes:
            where = f"{name}:{line}"
            if name.startswith("libs/"):
                if included.startswith("services/"):
                    yield f"{where}: a library includes a service ({included})"
                if included.startswith(SERVICE_CONTRACTS):
                    yield f"{where}: a library includes a service's contract ({included})"
            mine, other = service_of(name), service_of(included)
            if mine and other and mine != other:
                yield f"{where}: service {mine} includes service {other} ({included})"
            if mine and mine == other and not is_test(name):
                if level(included) > level(name):
                    yield (f"{where}: points up ({included}); main > *_rpc > resources and views > "
                           "{validate, rules, *_store} > libs")
                if layer(name) is not None and layer(included) is not None \
                        and layer(included) > layer(name):
                    yield (f"{where}: folder {folders_of(name)[0]} includes {folders_of(included)[0]}, "
                           f"which lies above it ({included})")
            if PROJECT_HEADER.match(included) and included not in tree.includes:
                yield f"{where}: {included} does not exist"
            if "/testing/" in included and not is_test(name):
                yield f"{where}: what is deployed includes what tests share ({included})"


def check_drivers(tree):
    for name, includes in tree.includes.items():
        for line, included in includes:
            for headers, allowed in DRIVERS:
                if headers.match(included) and not name.startswith(allowed):
                    yield f"{name}:{line}: only {allowed[0]} includes this driver ({included})"
            if included.startswith(("libs/sql/sqlite/", "libs/sql/postgres/")) and not is_test(name) \
                    and not name.startswith(("/".join(included.split("/")[:3]) + "/", "libs/daemon/")):
                yield f"{name}:{line}: includes a driver instead of libs/sql ({included})"


def check_folders(tree):
    sources = Counter()
    for name in tree.includes:
        if is_test(name):
            continue
        folder = name.rpartition("/")[0]
        sources[folder] += 1
        if service_of(name) in LAYERS and folders_of(name) and layer(name) is None:
            yield f"{folder}:1: LAYERS in tests/check_includes.py does not know this folder"
    for folder, count in sources.items():
        if count > MOST_SOURCES:
            yield f"{folder}:1: {count} sources, more than {MOST_SOURCES}: divide the folder"


def check_purity(tree):
    for name in filter(is_pure, tree.includes):
        if is_test(name):
            continue
        for number, text in enumerate(tree.texts[name], 1):
            if PURE_NEVER_CALLS.search(text):
                yield f"{name}:{number}: pure rules read no clock"
        seen, todo = {name}, [(name, [])]
        while todo:
            file, way = todo.pop()
            for line, included in tree.includes.get(file, []):
                if IMPURE.search(included):
                    steps = " > ".join(way + [included])
                    first = line if file == name else 1
                    yield f"{name}:{first}: pure rules include {steps}"
                elif included not in seen:
                    seen.add(included)
                    todo.append((included, way + [included]))


def target_of_include(tree, owners, included):
    """The targets that export an included header; empty when it is not the project's."""
    for pattern, template in CONTRACT_TARGETS:
        if match := pattern.match(included):
            return [template.format(match.group(1))]
    return [target.name for target in owners.get(included, [])]


def check_targets(tree):
    owners = tree.owners()
    for name in tree.includes:
        if name.endswith(".cc") and name not in owners:
            yield f"{name}:1: belongs to no target"
    used = defaultdict(set)
    for name, includes in tree.includes.items():
        for target in owners.get(name, []):
            linked = tree.closure(target)
            for line, included in includes:
                exporters = target_of_include(tree, owners, included)
                used[target.name].update(exporters)
                if exporters and target.name not in exporters \
                        and not linked.intersection(exporters) \
                        and not included.startswith(target.folder + "/"):
                    yield (f"{name}:{line}: {target.name} includes {included} and does not link "
                           f"{' or '.join(exporters)}")
    for target in tree.targets.values():
        if any("$" in source for source in target.sources):
            continue
        for link in target.links:
            known = link in tree.targets or re.fullmatch(r"athena_\w+_proto(_grpc)?", link)
            if known and link not in used[target.name]:
                yield f"{target.line}: {target.name} links {link} and includes nothing of it"


def check(root):
    tree = Tree(root)
    checks = (check_direction, check_drivers, check_folders, check_purity, check_targets)
    return sorted({violation for one in checks for violation in one(tree)})


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    violations = check(root)
    for violation in violations:
        print(violation)
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
