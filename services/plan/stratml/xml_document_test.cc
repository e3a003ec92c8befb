#include "services/plan/stratml/xml_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"

namespace athena::plan {
namespace {

using ::testing::HasSubstr;

std::string Nested(int levels) {
  std::string xml;
  for (int i = 0; i < levels; ++i) xml += "<a>";
  for (int i = 0; i < levels; ++i) xml += "</a>";
  return xml;
}

std::string FaultOf(std::string_view xml, const XmlLimits& limits = {}) {
  return std::string(CheckXml(xml, limits).status().message());
}

TEST(XmlDocumentTest, ReadsWhatIsWellFormed) {
  ATHENA_EXPECT_OK(
      CheckXml("<?xml version='1.0'?><!-- <x> & --><a b='&lt;>'>&#233;&#xE9;&amp;"
               "<![CDATA[<&]]><c/></a>\n"));
  ATHENA_EXPECT_OK(CheckXml("\xEF\xBB\xBF<a/>"));
}

TEST(XmlDocumentTest, EntitiesAreNotRead) {
  const std::string doctype =
      "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "
      "\"file:///etc/passwd\">]>\n<a>&x;</a>";
  EXPECT_EQ(FaultOf(doctype),
            "line 2: a document type declaration: documents with one are not read");
  EXPECT_THAT(FaultOf("<a>\n\n&x;</a>"), HasSubstr("line 3: a reference to an entity"));
  EXPECT_THAT(FaultOf("<a b=\"&x;\"/>"), HasSubstr("line 1: a reference to an entity"));
  EXPECT_THAT(FaultOf("<a>a & b</a>"), HasSubstr("write &amp;"));
}

TEST(XmlDocumentTest, CharactersThatXmlDoesNotHaveAreRefused) {
  for (const char* reference : {"&#0;", "&#8;", "&#xD800;", "&#xFFFE;", "&#x110000;",
                                "&#99999999999;", "&#;", "&#x;", "&#-1;"}) {
    EXPECT_NE(FaultOf(absl::StrCat("<a>", reference, "</a>")), "") << reference;
  }
  EXPECT_EQ(FaultOf("<a>\n\xE9</a>"), "line 2: bytes that are not UTF-8");
  EXPECT_EQ(FaultOf("<a b='\xC0\x80'/>"), "line 1: bytes that are not UTF-8");
  EXPECT_EQ(FaultOf("<a><!-- \xFF --></a>"), "line 1: bytes that are not UTF-8");
  EXPECT_THAT(FaultOf(std::string("<a>\0</a>", 8)), HasSubstr("a control character"));
  EXPECT_THAT(FaultOf(std::string("\xFF\xFE<\0a\0/\0>\0", 10)), HasSubstr("not UTF-8"));
}

TEST(XmlDocumentTest, DepthAndSizeAreBounded) {
  ATHENA_EXPECT_OK(CheckXml(Nested(64)));
  EXPECT_EQ(FaultOf(Nested(65)), "line 1: more than 64 levels of elements");
  ATHENA_EXPECT_OK(CheckXml("<a><b/><b/></a>", {.elements = 3}));
  EXPECT_EQ(FaultOf("<a><b/>\n<b/><b/></a>", {.elements = 3}), "line 2: more than 3 elements");
}

TEST(XmlDocumentTest, EveryBeginningOfADocumentIsRefused) {
  const std::string xml = "<?xml version='1.0'?><!-- c --><a b='c'>&lt;<![CDATA[d]]><e/></a>";
  ATHENA_EXPECT_OK(CheckXml(xml));
  for (size_t size = 0; size < xml.size(); ++size) {
    EXPECT_NE(FaultOf(xml.substr(0, size)), "") << xml.substr(0, size);
  }
}

TEST(XmlDocumentTest, WhatTheScanTakesAndIsNotWellFormedIsRefusedByLine) {
  const auto parsed = XmlDocument::Parse("<r xmlns='n'>\n<a></b></r>", "n", "r");
  EXPECT_THAT(parsed.status().message(), HasSubstr("line 2: it is not well-formed"));
}

TEST(XmlDocumentTest, TheRootIsOfTheNamespace) {
  EXPECT_THAT(XmlDocument::Parse("<r xmlns='other'/>", "n", "r").status().message(),
              HasSubstr("of the namespace \"other\", not r of n"));
  EXPECT_FALSE(XmlDocument::Parse("<r/>", "n", "r").ok());
  EXPECT_FALSE(XmlDocument::Parse("<x xmlns='n'/>", "n", "r").ok());
  const auto parsed = XmlDocument::Parse(
      "<p:r xmlns:p='n'>\n<p:a>x<!-- c -->y<![CDATA[<z>]]></p:a><a/><q:a/><p:b xmlns:p='m'/></p:r>",
      "n", "r");
  ATHENA_ASSERT_OK(parsed);
  const pugi::xml_node first = (*parsed)->root().first_child();
  EXPECT_EQ((*parsed)->NameOf(first), "a");
  EXPECT_EQ(XmlDocument::TextOf(first), "xy<z>");
  EXPECT_EQ((*parsed)->LineOf((*parsed)->root()), 1);
  EXPECT_EQ((*parsed)->LineOf(first), 2);
  for (auto other = first.next_sibling(); other; other = other.next_sibling()) {
    EXPECT_EQ((*parsed)->NameOf(other), "") << other.name();
  }
}

}  // namespace
}  // namespace athena::plan
