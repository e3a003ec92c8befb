"""What is installed: `cmake --install` into a folder, the Debian package, systemd's units, and that
deploy/README.md names every flag."""
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

import yaml

from services import BUILD, DEADLINE, ROOT

SERVICES = ("athena-plan", "athena-indicator", "athena-reporting")
UNITS = "usr/lib/systemd/system"
# The exposure that `systemd-analyze security` may find, of 10; deploy/README.md states it.
MOST_EXPOSURE = {"athena-plan": 1.2, "athena-indicator": 1.2, "athena-reporting": 1.2,
                 "athena-backup": 1.2, "athena-dashboard": 1.4}
DOCUMENT = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")


def run(*command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=600, check=False, **options)


def flags_of(program):
    """The flags that --help lists."""
    shown = run(str(BUILD / "bin" / program), "--help").stdout
    return set(re.findall(r"^\s+--(\w+) \(", shown, re.M))


class StagedTest(unittest.TestCase):
    """The files of `cmake --install`, in a folder."""

    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="athena-")))
        installed = run("cmake", "--install", str(BUILD), "--component", "runtime", "--strip",
                        env={**os.environ, "DESTDIR": str(cls.root)})
        assert installed.returncode == 0, installed.stdout + installed.stderr

    def mode(self, path):
        return stat.S_IMODE((self.root / path).stat().st_mode)

    def test_everything_is_where_debian_expects_it(self):
        programs = [f"usr/bin/{name}" for name in (*SERVICES, "athenactl")]
        for path in programs:
            self.assertEqual(self.mode(path), 0o755, path)
        units = [f"{UNITS}/{name}" for name in (
            "athena.target", "athena-plan.service", "athena-indicator.service",
            "athena-reporting.service", "athena-dashboard.service", "athena-backup.service",
            "athena-backup.timer", "athena-.service.d/10-hardening.conf",
            "athena-dashboard.service.d/20-dashboard.conf")]
        for path in (*units, "usr/lib/sysusers.d/athena.conf", "usr/lib/tmpfiles.d/athena.conf",
                     "usr/lib/athena/dashboard/gateway.mjs", "usr/lib/athena/dashboard/ui/index.html",
                     "usr/share/doc/athena/README.md", "usr/share/doc/athena/copyright",
                     "usr/share/athena/monitoring/alert_rules.yml", "usr/share/athena/nginx/athena.conf",
                     "usr/share/athena/proto/athena/plan/v1/plan_service.proto"):
            self.assertEqual(self.mode(path), 0o644, path)
        # Configuration may hold tokens.
        for name in ("common.flags", "plan.flags", "indicator.flags", "reporting.flags",
                     "dashboard.env", "backup.env"):
            self.assertEqual(self.mode(f"etc/athena/{name}"), 0o600, name)
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["etc", "usr"])

    def test_installed_files_name_no_folder_of_the_build(self):
        for path in self.root.rglob("*"):
            if path.is_file() and path.suffix in (".service", ".timer", ".target", ".conf", ".flags",
                                                  ".env", ".yml", ".yaml"):
                with self.subTest(path.name):
                    text = path.read_text(encoding="utf-8")
                    self.assertNotIn(str(ROOT), text)
                    self.assertNotRegex(text, r"@[A-Z_]+@")

    def test_programs_run_from_where_they_are_installed(self):
        for name in (*SERVICES, "athenactl"):
            shown = run(str(self.root / "usr/bin" / name), "--version")
            self.assertRegex(shown.stdout, rf"^{name} \d+\.\d+\.\d+ ")

    def test_configuration_has_flags_that_the_services_know(self):
        known = {name: flags_of(name) for name in SERVICES}
        self.assertIn("database", known["athena-plan"])
        for name, services in (("common", SERVICES), ("plan", ("athena-plan",)),
                               ("indicator", ("athena-indicator",)),
                               ("reporting", ("athena-reporting",))):
            text = (self.root / f"etc/athena/{name}.flags").read_text(encoding="utf-8")
            used = re.findall(r"^#?--(\w+)=", text, re.M)
            self.assertTrue(used)
            for service in services:
                with self.subTest(name, service=service):
                    self.assertEqual([flag for flag in used if flag not in known[service]], [])
        text = (self.root / "etc/athena/dashboard.env").read_text(encoding="utf-8")
        usage = (ROOT / "services/dashboard/gateway/options.ts").read_text(encoding="utf-8")
        for name in re.findall(r"^#?ATHENA_DASHBOARD_(\w+)=", text, re.M):
            if name != "OIDC_CLIENT_SECRET":
                self.assertIn(f"--{name.lower()}=", usage)

    def test_containers_are_started_with_flags_that_exist(self):
        services = yaml.safe_load((ROOT / "deploy/containers/compose.yaml").read_text(
            encoding="utf-8"))["services"]
        for name in ("plan", "indicator", "reporting"):
            program, *flags = services[name]["command"]
            self.assertEqual(program, f"athena-{name}")
            self.assertLessEqual({flag[2:].partition("=")[0] for flag in flags}, flags_of(program))
            self.assertTrue(services[name]["read_only"])

    def test_configuration_as_installed_lacks_who_may_call_and_nothing_else(self):
        """Whoever starts it unconfigured is told what to do."""
        text = (self.root / "etc/athena/plan.flags").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory(prefix="athena-") as folder:
            own = pathlib.Path(folder) / "plan.flags"
            own.write_text(text.replace("/var/lib/athena/plan/", f"{folder}/"), encoding="utf-8")
            common = self.root / "etc/athena/common.flags"
            ended = run(str(self.root / "usr/bin/athena-plan"), f"--flagfile={common},{own}")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("--principals", ended.stderr)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
    def test_systemd_accepts_the_units(self):
        (self.root / "usr/bin/node").symlink_to("athenactl")
        self.addCleanup((self.root / "usr/bin/node").unlink)
        paths = sorted(str(path) for path in (self.root / UNITS).glob("athena*.*") if path.is_file())
        self.assertEqual(len(paths), 7)
        checked = run("systemd-analyze", "verify", f"--root={self.root}", "--man=no",
                      "--recursive-errors=no", *(pathlib.Path(path).name for path in paths))
        ours = [line for line in checked.stderr.splitlines() if "athena" in line]
        self.assertEqual((checked.returncode, ours), (0, []), checked.stderr)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
    def test_units_are_as_closed_as_the_document_says(self):
        for name, most in MOST_EXPOSURE.items():
            with self.subTest(name):
                found = run("systemd-analyze", "--offline=yes", f"--root={self.root}", "security",
                            "--no-pager", f"{name}.service")
                exposure = re.search(r"Overall exposure level for .*?: ([\d.]+)", found.stdout)
                self.assertIsNotNone(exposure, found.stdout + found.stderr)
                self.assertLessEqual(float(exposure.group(1)), most)
                self.assertRegex(DOCUMENT, rf"`{name}`[^\n]* {re.escape(exposure.group(1))}\b")

    def test_every_service_has_the_same_limits(self):
        """They are in one file, which systemd applies to every unit whose name begins with "athena-"."""
        hardening = (self.root / UNITS / "athena-.service.d/10-hardening.conf").read_text(encoding="utf-8")
        for line in ("User=athena", "NoNewPrivileges=yes", "ProtectSystem=strict",
                     "LimitNOFILE=65536", "MemoryMax=1G", "SystemCallFilter=@system-service"):
            self.assertIn(f"\n{line}\n", hardening)
        for name in SERVICES:
            unit = (self.root / UNITS / f"{name}.service").read_text(encoding="utf-8")
            for line in ("Type=notify", "WatchdogSec=60", "Restart=on-failure",
                         "RestartPreventExitStatus=65"):
                self.assertIn(f"\n{line}\n", unit)


class PackageTest(unittest.TestCase):
    """The Debian package, as deploy/package makes it."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="athena-"))
        made = run("cpack", "--config", str(BUILD / "CPackConfig.cmake"), "-B", folder, cwd=folder)
        assert made.returncode == 0, made.stdout + made.stderr
        cls.package, = pathlib.Path(folder).glob("*.deb")

    def field(self, name):
        return run("dpkg-deb", "--field", str(self.package), name).stdout.strip()

    def test_its_fields_say_what_it_needs(self):
        self.assertRegex(self.package.name, r"^athena_\d+\.\d+\.\d+_\w+\.deb$")
        depends = self.field("Depends")
        for name in ("libgrpc++1.51", "libprotobuf", "libsqlite3-0", "libc6", "systemd"):
            self.assertIn(name, depends)
        self.assertIn("nodejs", self.field("Recommends"))

    def test_files_belong_to_root_and_configuration_is_kept(self):
        listed = run("dpkg-deb", "--contents", str(self.package)).stdout.splitlines()
        self.assertEqual({line.split()[1] for line in listed}, {"root/root"})
        configuration = {line.split()[5][1:] for line in listed
                         if re.search(r" \./etc/athena/[^/]+$", line)}
        with tempfile.TemporaryDirectory() as folder:
            run("dpkg-deb", "--control", str(self.package), folder)
            control = pathlib.Path(folder)
            self.assertEqual(set((control / "conffiles").read_text(encoding="utf-8").split()),
                             configuration)
            self.assertEqual(len(configuration), 6)
            for script in ("postinst", "prerm", "postrm"):
                self.assertEqual(stat.S_IMODE((control / script).stat().st_mode), 0o755)
                checked = run("sh", "-n", str(control / script))
                self.assertEqual(checked.returncode, 0, checked.stderr)


class DocumentTest(unittest.TestCase):
    """deploy/README.md."""

    def test_every_flag_stands_in_it(self):
        for program in SERVICES:
            flags = flags_of(program)
            self.assertGreater(len(flags), 5)
            for flag in sorted(flags):
                with self.subTest(program, flag=flag):
                    self.assertRegex(DOCUMENT, rf"`--{flag}[`=]")

    def test_every_flag_of_the_dashboard_stands_in_it(self):
        usage = (ROOT / "services/dashboard/gateway/options.ts").read_text(encoding="utf-8")
        usage = usage[usage.index("export const USAGE"):usage.index("export interface")]
        flags = set(re.findall(r"--(\w+)", usage))
        self.assertIn("ops_listen", flags)
        for flag in sorted(flags):
            with self.subTest(flag):
                self.assertRegex(DOCUMENT, rf"`--{flag}[`=]")

    def test_it_names_no_flag_that_does_not_exist(self):
        usage = (ROOT / "services/dashboard/gateway/options.ts").read_text(encoding="utf-8")
        known = set(re.findall(r"--(\w+)", usage)).union(*(flags_of(name) for name in SERVICES))
        for row in re.findall(r"^\| (`--[^|]*) \|", DOCUMENT, re.M):
            for flag in re.findall(r"`--(\w+)", row):
                with self.subTest(flag):
                    self.assertIn(flag, known)


if __name__ == "__main__":
    unittest.main()
