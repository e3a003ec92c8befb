#!/usr/bin/env python3
"""Checks which way includes point, in C++ and in CMake.

    check_includes.py [ROOT]

Prints each violation as "FILE:LINE: what is wrong" and exits 1 when there is one. The rules:

 1. libs/ includes nothing of services/, and no service's contract.
 2. No service includes another one's headers; services meet through stubs.
 3. Pure rules (see PURE) reach no message, stub, SQL or clock, directly or through what they include.
 4. Inside a service: main > *_rpc > files of resources > {validation, rules, stores} > libs. A file
    includes its own level or one below, never above.
 5. The database driver and its headers stay inside libs/sql. (tests/bench measures what the driver
    alone takes.)
 6. A target includes what it links, directly or through a library it links, and links nothing of
    the project that it never includes. Every source belongs to a target.
"""
import pathlib
import re
import sys
from collections import defaultdict

SERVICE_CONTRACTS = ("athena/plan/", "athena/indicator/", "athena/reporting/")
# Files that compute and do nothing else: values in, values out.
PURE = re.compile(r"^(formula|aggregation|trajectory|scoring|reason|rollup|assessment|growth"
                  r"|timeliness|tree_rules)"
                  r"(_test)?\.(cc|h)$")
# Of a message or a stub, of SQL, of a clock, of gRPC: what pure rules never reach.
IMPURE = re.compile(r"\.pb\.h$|^grpc|^libs/(sql|clock|rpc|versioned|audit|auth)/|^SQLiteCpp/"
                    r"|^sqlite3\.h$|^google/protobuf/")
PURE_NEVER_CALLS = re.compile(r"\babsl::Now\(|_clock::now\(|\bstd::time\(|\btime\(nullptr\)")
DATABASE_HEADERS = re.compile(r"^(SQLiteCpp/|sqlite3\.h$)")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
CALL = re.compile(r"\b(athena_library|athena_test|athena_program|athena_fuzzer)\s*\(([^()]*)\)")
# Folders whose headers another target exports, and that target.
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
                    todo.append("athena_plan_proto")
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


def level(name):
    """The level of a file inside its service, lowest 1; 0 for files outside the order (tests)."""
    stem = pathlib.PurePosixPath(name).name.split(".")[0]
    if stem.endswith("_test") or "/testing/" in name:
        return 0
    if stem == "main":
        return 4
    if stem.endswith("_rpc"):
        return 3
    file = pathlib.PurePosixPath(name).name
    if stem.startswith("validate") or stem.endswith("_store") or PURE.match(file) \
            or stem in ("limits", "errors", "names", "cell_block"):
        return 1
    return 2


def service_of(name):
    match = re.match(r"services/([^/]+)/", name)
    return match.group(1) if match else None


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
            if mine and mine == other and level(name) and level(included) > level(name):
                yield (f"{where}: points up ({included}); main > *_rpc > resource files > "
                       "{validate, rules, *_store} > libs")
            if DATABASE_HEADERS.match(included) \
                    and not name.startswith(("libs/sql/", "tests/bench/")):
                yield f"{where}: only libs/sql includes the database driver ({included})"


def check_purity(tree):
    for name in tree.includes:
        if not PURE.match(pathlib.PurePosixPath(name).name) or not service_of(name):
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
    return sorted(set(check_direction(tree)) | set(check_purity(tree)) | set(check_targets(tree)))


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    violations = check(root)
    for violation in violations:
        print(violation)
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
