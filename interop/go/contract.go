package main

import "fmt"

// The contract of the suite, interop.wit, as far as its instances and functions go.

const packageName, version = "witwire-test:interop", "0.1.0"

// instance gives the name on the wire; that of root functions is the name of the world that is served.
func instance(name string) string {
	if name == "" {
		name = "server"
	}
	return fmt.Sprintf("%s/%s@%s", packageName, name, version)
}

// function is how a function is called and what it does.
type function struct {
	params []*typ
	// result is nil where there is none.
	result *typ
	run    func(args []any) (any, error)
}

func (f function) results() []*typ {
	if f.result == nil {
		return nil
	}
	return []*typ{f.result}
}

var (
	point  = &typ{kind: recordKind, names: []string{"x", "y"}, parts: []*typ{s32, s32}}
	person = &typ{
		kind:  recordKind,
		names: []string{"name", "age", "home", "tags"},
		parts: []*typ{stringType, optionOf(u8), point, listOf(stringType)},
	}
	shape = &typ{
		kind:  variantKind,
		names: []string{"empty", "circle", "line", "named"},
		parts: []*typ{nil, f64, tupleOf(point, point), stringType},
	}
	color  = enumOf("red", "green", "blue")
	sample = &typ{kind: recordKind, names: []string{"id", "label"}, parts: []*typ{u32, stringType}}
)

// functions are those of the contract by interface and name.
func functions() map[string]map[string]function {
	return map[string]map[string]function{
		"": {"root-echo": echo(stringType)},
		"scalars": {
			"echo-bool": echo(boolType), "echo-u8": echo(u8), "echo-s8": echo(s8), "echo-u16": echo(u16),
			"echo-s16": echo(s16), "echo-u32": echo(u32), "echo-s32": echo(s32), "echo-u64": echo(u64),
			"echo-s64": echo(s64), "echo-f32": echo(f32), "echo-f64": echo(f64), "echo-char": echo(charType),
			"echo-string": echo(stringType),
		},
		"lists": {
			"echo-bytes": echo(listOf(u8)), "echo-u32s": echo(listOf(u32)), "echo-s64s": echo(listOf(s64)),
			"echo-f64s": echo(listOf(f64)), "echo-strings": echo(listOf(stringType)),
			"echo-nested": echo(listOf(listOf(stringType))),
		},
		"compounds":    compounds(),
		"bits":         bits(7, 8, 9, 16, 17, 32),
		"wide-bits":    bits(33, 64),
		"voids":        voids(),
		"resources":    resources(),
		"async-values": asyncValues(),
	}
}

// echo returns its argument.
func echo(t *typ) function {
	return function{[]*typ{t}, t, func(args []any) (any, error) { return args[0], nil }}
}

// echoTuple returns its arguments.
func echoTuple(types ...*typ) function {
	return function{types, tupleOf(types...), func(args []any) (any, error) { return args, nil }}
}

func compounds() map[string]function {
	many := make([]*typ, 16)
	for i := range many {
		many[i] = u64
	}
	return map[string]function{
		"echo-record": echo(person), "echo-records": echo(listOf(person)), "echo-variant": echo(shape),
		"echo-enum": echo(color), "echo-tuple": echo(tupleOf(u8, stringType, point)),
		"echo-option": echo(optionOf(stringType)), "echo-option-option": echo(optionOf(optionOf(u32))),
		"try-u32": {[]*typ{u32, stringType}, resultOf(u32, stringType), func(args []any) (any, error) {
			if args[1] != "" {
				return choice{1, args[1]}, nil
			}
			return choice{0, args[0]}, nil
		}},
		"try-nothing": {[]*typ{optionOf(color)}, resultOf(nil, color), func(args []any) (any, error) {
			// Option and result happen to have the same cases in the same order.
			return args[0], nil
		}},
		"try-only-ok": {[]*typ{u32, boolType}, resultOf(u32, nil), func(args []any) (any, error) {
			if args[1] == true {
				return choice{1, nil}, nil
			}
			return choice{0, args[0]}, nil
		}},
		"many-params": {many, listOf(u64), func(args []any) (any, error) { return args, nil }},
	}
}

// bits are the functions of flags of so many bits.
func bits(counts ...int) map[string]function {
	all := map[string]function{}
	for _, count := range counts {
		names := make([]string, count)
		for i := range names {
			names[i] = fmt.Sprintf("a%d", i)
		}
		t := flagsOf(names...)
		suffix := ""
		if count == 32 || count == 64 {
			suffix = "s"
		}
		all[fmt.Sprintf("echo-f%d%s", count, suffix)] = echo(t)
		if count == 17 || count == 33 {
			all[fmt.Sprintf("echo-f%d-and-next", count)] = echoTuple(t, u8)
		}
	}
	return all
}

func voids() map[string]function {
	// Calls of one client follow each other.
	kept := make(chan string, 1)
	kept <- ""
	return map[string]function{
		"nothing": {nil, nil, func([]any) (any, error) { return nil, nil }},
		"remember": {[]*typ{stringType}, nil, func(args []any) (any, error) {
			<-kept
			kept <- args[0].(string)
			return nil, nil
		}},
		"recall": {nil, stringType, func([]any) (any, error) {
			text := <-kept
			kept <- text
			return text, nil
		}},
	}
}

func asyncValues() map[string]function {
	byteStream, numberStream := streamOf(u8), streamOf(u64)
	return map[string]function{
		"echo-byte-stream": echo(byteStream), "echo-number-stream": echo(numberStream),
		"echo-record-stream": echo(streamOf(sample)), "echo-two": echoTuple(numberStream, byteStream),
		"echo-future": echo(futureOf(stringType)), "echo-future-stream": echo(futureOf(byteStream)),
		"echo-nested-futures": echo(futureOf(futureOf(futureOf(streamOf(stringType))))),
		"numbers": {[]*typ{u32}, streamOf(u32), func(args []any) (any, error) {
			numbers := []any{}
			for i := range args[0].(uint64) {
				numbers = append(numbers, i)
			}
			return numbers, nil
		}},
		"measure": {[]*typ{byteStream}, u64, func(args []any) (any, error) {
			return uint64(len(args[0].([]byte))), nil
		}},
		"measure-in-turn": {[]*typ{byteStream, byteStream}, tupleOf(u64, u64), func(args []any) (any, error) {
			return []any{uint64(len(args[0].([]byte))), uint64(len(args[1].([]byte)))}, nil
		}},
		"stream-list": {[]*typ{u8}, listOf(byteStream), func(args []any) (any, error) {
			streams := []any{}
			for i := range args[0].(uint64) {
				streams = append(streams, []byte{byte(i)})
			}
			return streams, nil
		}},
		"measure-all": {[]*typ{streamOf(byteStream)}, u64, func(args []any) (any, error) {
			sum := 0
			for _, stream := range args[0].([]any) {
				sum += len(stream.([]byte))
			}
			return uint64(sum), nil
		}},
	}
}
