/*
 * The world `named` of named.wit, written against the canonical ABI by hand: no bindings generator, no C library.
 * Strings are UTF-8.
 */
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;
typedef u32 address;

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define API(name) EXPORT("guests:named/api#" name)
#define POST_RETURN(name) EXPORT("cabi_post_guests:named/api#" name)

/* A string or list as it lies in memory. */
typedef struct {
  address data;
  u32 length;
} slice;

typedef struct {
  double x, y;
} point;

typedef struct {
  slice name;
  u8 age;
  slice tags;
} person;

static u8 *at(address from) { return (u8 *)(uintptr_t)from; }
static address of(const void *pointer) { return (address)(uintptr_t)pointer; }

/* ---- memory: a heap that only grows, and is forgotten when the caller has read the result ---- */

extern u8 __heap_base;
static address top;

static address allocate(u32 alignment, u32 size) {
  if (top == 0) top = of(&__heap_base);
  address start = (top + alignment - 1) & ~(alignment - 1);
  u32 pages = (start + size + 0xffff) >> 16;
  u32 have = (u32)__builtin_wasm_memory_size(0);
  if (pages > have && __builtin_wasm_memory_grow(0, pages - have) == (unsigned long)-1) __builtin_trap();
  top = start + size;
  return start;
}

static void forget(void) { top = 0; }

static void copy(address to, address from, u32 size) {
  for (u32 i = 0; i < size; i++) at(to)[i] = at(from)[i];
}

EXPORT("cabi_realloc")
address cabi_realloc(address old, u32 had, u32 alignment, u32 size) {
  address moved = allocate(alignment, size);
  copy(moved, old, had < size ? had : size);
  return moved;
}

static address text(const char *literal, u32 length) {
  address made = allocate(1, length);
  for (u32 i = 0; i < length; i++) at(made)[i] = (u8)literal[i];
  return made;
}

/* ---- imports ---- */

IMPORT("guests:named/host", "greeting")
void host_greeting(address name, u32 name_length, u32 age, address tags, u32 tag_count, address result);

IMPORT("guests:named/host", "log")
void host_log(u32 level, address message, u32 length);

/* ---- exports ---- */

API("add") s32 add(s32 a, s32 b) { return (s32)((u32)a + (u32)b); }

API("scale") address scale(float by, address points, u32 count) {
  point *all = (point *)at(points);
  for (u32 i = 0; i < count; i++) {
    all[i].x *= by;
    all[i].y *= by;
  }
  slice *result = (slice *)at(allocate(4, sizeof(slice)));
  *result = (slice){points, count};
  return of(result);
}
POST_RETURN("scale") void scale_done(address result) { forget(); }

/* Turns the order of code points around. */
API("reverse") address reverse(address data, u32 length) {
  address turned = allocate(1, length);
  u32 end = length;
  for (u32 i = 0; i < length;) {
    u8 lead = at(data)[i];
    u32 width = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    end -= width;
    copy(turned + end, data + i, width);
    i += width;
  }
  slice *result = (slice *)at(allocate(4, sizeof(slice)));
  *result = (slice){turned, length};
  return of(result);
}
POST_RETURN("reverse") void reverse_done(address result) { forget(); }

API("sum") u64 sum(address values, u32 count) {
  u64 total = 0;
  for (u32 i = 0; i < count; i++) total += ((u64 *)at(values))[i];
  forget();
  return total;
}

typedef struct {
  u8 is_err;
  union {
    s64 ok;
    slice err;
  };
} quotient;

API("divide") address divide(s64 a, s64 b) {
  quotient *result = (quotient *)at(allocate(8, sizeof(quotient)));
  result->is_err = b == 0;
  if (b == 0) {
    result->err = (slice){text("division by zero", 16), 16};
    host_log(3, result->err.data, result->err.length);
  } else {
    result->ok = b == -1 ? (s64)(0 - (u64)a) : a / b;
  }
  return of(result);
}
POST_RETURN("divide") void divide_done(address result) { forget(); }

typedef struct {
  u8 is_some;
  double some;
} maybe_area;

/* f64 shares its place with the pointers of the other cases, hence the i64. */
API("area") address area(u32 tag, u64 payload, u32 length) {
  maybe_area *result = (maybe_area *)at(allocate(8, sizeof(maybe_area)));
  result->is_some = tag < 2;
  if (tag == 0) {
    double radius;
    __builtin_memcpy(&radius, &payload, sizeof radius);
    result->some = 3.0 * radius * radius;
  } else if (tag == 1) {
    const point *corners = (const point *)at((address)payload);
    double twice = 0;
    for (u32 i = 0; i < length; i++) {
      const point *here = &corners[i], *next = &corners[i + 1 == length ? 0 : i + 1];
      twice += here->x * next->y - next->x * here->y;
    }
    result->some = twice / 2;
  }
  return of(result);
}
POST_RETURN("area") void area_done(address result) { forget(); }

API("raise") address raise(u32 level) {
  u8 *result = at(allocate(1, 2));
  result[0] = level < 2;
  result[1] = (u8)(level + 1);
  return of(result);
}
POST_RETURN("raise") void raise_done(address result) { forget(); }

API("toggle") u32 toggle(u32 rights, u32 all) { return rights ^ (all ? 7u : 1u); }

typedef struct {
  u8 is_err;
  union {
    slice ok;
    u32 err;
  };
} introduction;

API("introduce") address introduce(address name, u32 name_length, u32 age, address tags, u32 tag_count) {
  introduction *result = (introduction *)at(allocate(4, sizeof(introduction)));
  result->is_err = age < 18;
  if (result->is_err)
    result->err = 18 - age;
  else
    host_greeting(name, name_length, age, tags, tag_count, of(&result->ok));
  return of(result);
}
POST_RETURN("introduce") void introduce_done(address result) { forget(); }

typedef struct {
  u8 digit[16];
  u32 last;
} many;

typedef struct {
  slice text;
  u32 sum;
  u32 last;
} digits_result;

API("digits") address digits(address arguments) {
  const many *given = (const many *)at(arguments);
  digits_result *result = (digits_result *)at(allocate(4, sizeof(digits_result)));
  result->text = (slice){allocate(1, 16), 16};
  result->sum = 0;
  for (u32 i = 0; i < 16; i++) {
    at(result->text.data)[i] = (u8)('0' + given->digit[i] % 10);
    result->sum += given->digit[i];
  }
  result->last = given->last;
  return of(result);
}
POST_RETURN("digits") void digits_done(address result) { forget(); }
