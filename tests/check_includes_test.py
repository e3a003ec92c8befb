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
    "libs/sql/CMakeLists.txt": """
        athena_library(athena_sql lane.cc)
        athena_library(athena_sql_sqlite sqlite/sqlite_database.cc LINKS athena_sql SQLiteCpp)
        athena_library(athena_sql_testing testing/faulty_vfs.cc LINKS SQLite::SQLite3)""",
    "libs/sql/database.h": "",
    "libs/sql/lane.cc": '#include "libs/sql/database.h"',
    "libs/sql/sqlite/sqlite_database.h": '#include "libs/sql/database.h"',
    "libs/sql/sqlite/sqlite_database.cc": "#include <SQLiteCpp/Database.h>",
    "libs/sql/testing/faulty_vfs.h": "",
    "libs/sql/testing/faulty_vfs.cc": "#include <sqlite3.h>",
    "libs/daemon/CMakeLists.txt":
        "athena_library(athena_daemon database.cc LINKS athena_sql_sqlite)",
    "libs/daemon/database.cc": '#include "libs/sql/sqlite/sqlite_database.h"',
    "services/plan/CMakeLists.txt": """
        athena_library(athena_plan_service plan_rpc.cc strategy/elements.cc
                       strategy/element_store.cc LINKS athena_plan_proto athena_sql)
        athena_program(athena-plan main.cc LINKS athena_plan_service)""",
    "services/plan/main.cc": '#include "services/plan/plan_rpc.h"',
    "services/plan/plan_rpc.h": "",
    "services/plan/plan_rpc.cc": '#include "services/plan/strategy/elements.h"',
    "services/plan/strategy/elements.h": '#include "athena/plan/v1/plan.pb.h"',
    "services/plan/strategy/elements.cc": '#include "services/plan/strategy/element_store.h"',
    "services/plan/strategy/element_store.h": '#include "libs/sql/database.h"',
    "services/plan/strategy/element_store.cc": "",
    "services/indicator/CMakeLists.txt": """
        athena_library(athena_indicator_rules rules/formula.cc LINKS athena_period)
        athena_library(athena_indicator_store store/catalog.cc LINKS athena_indicator_rules)""",
    "services/indicator/rules/formula.h": '#include "libs/period/period.h"',
    "services/indicator/rules/formula.cc": '#include "services/indicator/rules/formula.h"',
    "services/indicator/store/catalog.h": '#include "services/indicator/rules/formula.h"',
    "services/indicator/store/catalog.cc": '#include "services/indicator/store/catalog.h"',
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
                          {"libs/period/period.cc": '#include "services/plan/strategy/elements.h"'})

    def test_a_library_that_includes_a_services_contract(self):
        self.assert_found("libs/sql/lane.cc:2", "a service's contract",
                          {"libs/sql/lane.cc": '\n#include "athena/plan/v1/plan.pb.h"'})

    def test_a_service_that_includes_another(self):
        self.assert_found(
            "services/plan/strategy/elements.cc:1", "service plan includes service indicator",
            {"services/plan/strategy/elements.cc":
             '#include "services/indicator/rules/formula.h"'})

    def test_a_rule_that_includes_a_message(self):
        self.assert_found(
            "services/indicator/rules/formula.cc:1", "pure rules include",
            {"services/indicator/rules/formula.cc": '#include "athena/common/v1/values.pb.h"'})

    def test_a_rule_that_reaches_sql_through_another_header(self):
        self.assert_found("services/indicator/rules/formula.h:1",
                          "libs/period/period.h > libs/sql/database.h",
                          {"libs/period/period.h": '#include "libs/sql/database.h"'})

    def test_a_rule_that_reads_the_clock(self):
        self.assert_found("services/indicator/rules/formula.cc:2", "no clock",
                          {"services/indicator/rules/formula.cc": "\nauto now = absl::Now();"})

    def test_a_file_of_rules_beside_others(self):
        self.assert_found(
            "services/plan/strategy/tree_rules.h:1", "pure rules include",
            {"services/plan/strategy/tree_rules.h": '#include "libs/clock/clock.h"'})

    def test_a_store_that_includes_a_resource(self):
        self.assert_found(
            "services/plan/strategy/element_store.cc:1", "points up",
            {"services/plan/strategy/element_store.cc":
             '#include "services/plan/strategy/elements.h"'})

    def test_a_resource_that_includes_the_rpc_table(self):
        self.assert_found(
            "services/plan/strategy/elements.cc:1", "points up",
            {"services/plan/strategy/elements.cc": '#include "services/plan/plan_rpc.h"'})

    def test_a_folder_that_includes_one_above_it(self):
        self.assert_found(
            "services/indicator/rules/formula.h:1", "folder rules includes store",
            {"services/indicator/rules/formula.h":
             '#include "services/indicator/store/catalog.h"'})

    def test_a_folder_that_has_no_layer(self):
        self.assert_found("services/indicator/helpers:1", "does not know this folder",
                          {"services/indicator/helpers/text.h": ""})

    def test_the_seam_that_includes_the_driver(self):
        self.assert_found("libs/sql/lane.cc:1", "only libs/sql/sqlite",
                          {"libs/sql/lane.cc": "#include <sqlite3.h>"})

    def test_a_driver_that_includes_another_ones(self):
        self.assert_found(
            "libs/sql/sqlite/sqlite_database.cc:1", "only libs/sql/postgres",
            {"libs/sql/sqlite/sqlite_database.cc": "#include <libpq-fe.h>"})

    def test_a_store_that_includes_a_driver_instead_of_the_seam(self):
        self.assert_found(
            "services/plan/strategy/element_store.cc:1", "instead of libs/sql",
            {"services/plan/strategy/element_store.cc":
             '#include "libs/sql/sqlite/sqlite_database.h"'})

    def test_a_service_that_includes_what_tests_share(self):
        self.assert_found(
            "services/plan/strategy/elements.cc:1", "what tests share",
            {"services/plan/strategy/elements.cc": '#include "libs/sql/testing/faulty_vfs.h"'})

    def test_an_include_of_what_is_not_linked(self):
        self.assert_found("services/plan/strategy/elements.cc:1", "does not link athena_period",
                          {"services/plan/strategy/elements.cc":
                           '#include "libs/period/period.h"'})

    def test_a_link_that_nothing_includes(self):
        self.assert_found("services/indicator/CMakeLists.txt:1", "links athena_sql",
                          {"services/indicator/CMakeLists.txt": "athena_library("
                           "athena_indicator_rules rules/formula.cc LINKS athena_period athena_sql)"})

    def test_an_include_of_what_does_not_exist(self):
        self.assert_found("libs/daemon/database.cc:1", "libs/sql/lane.h does not exist",
                          {"libs/daemon/database.cc": '#include "libs/sql/lane.h"'})

    def test_a_source_without_a_target(self):
        self.assert_found("services/plan/operations/risks.cc:1", "belongs to no target",
                          {"services/plan/operations/risks.cc": ""})

    def test_fifteen_sources_in_a_folder_and_their_tests(self):
        room = {f"services/plan/history/change_{i}.h": "" for i in range(15)}
        tests = {"services/plan/history/change_test.cc": "", "services/plan/history/testing/feed.h": ""}
        target = {"services/plan/history/CMakeLists.txt":
                  "athena_test(change_test change_test.cc)"}
        self.assertEqual(self.violations({**room, **tests, **target}), [])

    def test_a_folder_of_sixteen_sources(self):
        self.assert_found("services/plan/history:1", "16 sources",
                          {f"services/plan/history/change_{i}.h": "" for i in range(16)})


if __name__ == "__main__":
    unittest.main()
