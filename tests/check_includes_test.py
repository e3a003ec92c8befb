#!/usr/bin/env python3
"""Plants one violation of each rule and sees it found."""
import pathlib
import tempfile
import unittest

import check_includes

SOUND = {
    "libs/period/CMakeLists.txt": "athena_library(athena_period period.cc LINKS absl::time)",
    "libs/period/period.h": "",
    "libs/period/period.cc": '#include "libs/period/period.h"',
    "libs/sql/CMakeLists.txt": "athena_library(athena_sql sqlite.cc LINKS SQLiteCpp)",
    "libs/sql/database.h": "",
    "libs/sql/sqlite.cc": "#include <SQLiteCpp/Database.h>",
    "services/plan/CMakeLists.txt": """
        athena_library(athena_plan_service plan_rpc.cc elements.cc element_store.cc
                       LINKS athena_plan_proto athena_sql)
        athena_program(athena-plan main.cc LINKS athena_plan_service)""",
    "services/plan/main.cc": '#include "services/plan/plan_rpc.h"',
    "services/plan/plan_rpc.h": "",
    "services/plan/plan_rpc.cc": '#include "services/plan/elements.h"',
    "services/plan/elements.h": '#include "athena/plan/v1/plan.pb.h"',
    "services/plan/elements.cc": '#include "services/plan/element_store.h"',
    "services/plan/element_store.h": '#include "libs/sql/database.h"',
    "services/plan/element_store.cc": "",
    "services/indicator/CMakeLists.txt":
        "athena_library(athena_indicator_rules formula.cc LINKS athena_period)",
    "services/indicator/formula.h": '#include "libs/period/period.h"',
    "services/indicator/formula.cc": '#include "services/indicator/formula.h"',
    "tests/CMakeLists.txt": "",
}


class CheckIncludes(unittest.TestCase):
    def violations(self, planted):
        with tempfile.TemporaryDirectory() as root:
            for name, text in {**SOUND, **planted}.items():
                path = pathlib.Path(root) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check_includes.check(root)

    def assert_found(self, file, words, planted):
        found = self.violations(planted)
        self.assertTrue(any(line.startswith(file) and words in line for line in found), found)

    def test_a_sound_tree_has_none(self):
        self.assertEqual(self.violations({}), [])

    def test_a_library_that_includes_a_service(self):
        self.assert_found("libs/period/period.cc:1", "a library includes a service",
                          {"libs/period/period.cc": '#include "services/plan/elements.h"'})

    def test_a_library_that_includes_a_services_contract(self):
        self.assert_found("libs/sql/sqlite.cc:2", "a service's contract",
                          {"libs/sql/sqlite.cc": '\n#include "athena/plan/v1/plan.pb.h"'})

    def test_a_service_that_includes_another(self):
        self.assert_found("services/plan/elements.cc:1", "service plan includes service indicator",
                          {"services/plan/elements.cc": '#include "services/indicator/formula.h"'})

    def test_a_rule_that_includes_a_message(self):
        self.assert_found("services/indicator/formula.cc:1", "pure rules include",
                          {"services/indicator/formula.cc": '#include "athena/common/v1/values.pb.h"'})

    def test_a_rule_that_reaches_sql_through_another_header(self):
        self.assert_found("services/indicator/formula.h:1",
                          "libs/period/period.h > libs/sql/database.h",
                          {"libs/period/period.h": '#include "libs/sql/database.h"'})

    def test_a_rule_that_reads_the_clock(self):
        self.assert_found("services/indicator/formula.cc:2", "no clock",
                          {"services/indicator/formula.cc": "\nauto now = absl::Now();"})

    def test_a_store_that_includes_a_resource(self):
        self.assert_found("services/plan/element_store.cc:1", "points up",
                          {"services/plan/element_store.cc": '#include "services/plan/elements.h"'})

    def test_a_resource_that_includes_the_rpc_table(self):
        self.assert_found("services/plan/elements.cc:1", "points up",
                          {"services/plan/elements.cc": '#include "services/plan/plan_rpc.h"'})

    def test_a_store_that_includes_the_driver(self):
        self.assert_found("services/plan/element_store.cc:1", "only libs/sql",
                          {"services/plan/element_store.cc": "#include <sqlite3.h>"})

    def test_an_include_of_what_is_not_linked(self):
        self.assert_found("services/plan/elements.cc:1", "does not link athena_period",
                          {"services/plan/elements.cc": '#include "libs/period/period.h"'})

    def test_a_link_that_nothing_includes(self):
        self.assert_found("services/indicator/CMakeLists.txt:1", "links athena_sql",
                          {"services/indicator/CMakeLists.txt": "athena_library("
                           "athena_indicator_rules formula.cc LINKS athena_period athena_sql)"})

    def test_a_source_without_a_target(self):
        self.assert_found("services/plan/risks.cc:1", "belongs to no target",
                          {"services/plan/risks.cc": ""})


if __name__ == "__main__":
    unittest.main()
