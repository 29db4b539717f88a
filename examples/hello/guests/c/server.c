/* The world `server` of hello.wit. */
#include "canonical-abi.h"

static u8 text[] = "hello from C";

EXPORT("wrpc-examples:hello/handler#hello")
string *hello(void) {
  static string result;
  result.data = text;
  result.length = sizeof text - 1;
  return &result;
}
