/* The world `client` of hello.wit. */
#include "canonical-abi.h"

/* result<_, stream-error> */
typedef struct {
  u8 is_error;
  u8 stream_error;
  handle error;
} written;

IMPORT("wrpc-examples:hello/handler", "hello")
void hello(string *answer);

IMPORT("wasi:cli/stdout@0.2.0", "get-stdout")
handle get_stdout(void);

IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.blocking-write-and-flush")
void blocking_write_and_flush(handle stream, const u8 *contents, u32 length, written *result);

IMPORT("wasi:io/streams@0.2.0", "[resource-drop]output-stream")
void drop_output_stream(handle stream);

/* The answer and a line break; nothing else is ever allocated. */
static u8 buffer[4096];

EXPORT("cabi_realloc")
void *cabi_realloc(void *old, u32 had, u32 alignment, u32 size) {
  if (size >= sizeof buffer) __builtin_trap();
  return buffer;
}

/* 0 is ok, 1 is err. */
EXPORT("wasi:cli/run@0.2.0#run")
u32 run(void) {
  string answer;
  hello(&answer);
  answer.data[answer.length] = '\n';
  written result;
  handle out = get_stdout();
  blocking_write_and_flush(out, answer.data, answer.length + 1, &result);
  drop_output_stream(out);
  return result.is_error;
}
