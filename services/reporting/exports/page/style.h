#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_STYLE_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_STYLE_H_

#include <string_view>

namespace athena::reporting {

// The style sheet of exported pages, for screens (light and dark) and for A4. Contrasts reach WCAG
// 2.2 AA: 4.5:1 for text, 3:1 for symbols and borders.
std::string_view PageStyle();

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_STYLE_H_
