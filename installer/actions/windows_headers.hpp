#pragma once
// <msi.h> needs <windows.h> first; no formatter may put them in another order.
// clang-format off
#include <windows.h>
#include <msi.h>
#include <msiquery.h>
// clang-format on
