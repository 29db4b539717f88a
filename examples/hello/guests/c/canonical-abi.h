/* As much of the canonical ABI as the guests need, written by hand: no bindings generator, no C library. */
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef int32_t handle;

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

/* A string as it lies in memory. */
typedef struct {
  u8 *data;
  u32 length;
} string;
