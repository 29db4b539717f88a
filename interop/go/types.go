package main

// kind says what a type is made of.
type kind int

const (
	boolKind kind = iota
	unsignedKind
	signedKind
	float32Kind
	float64Kind
	charKind
	stringKind
	listKind
	tupleKind
	recordKind
	variantKind
	optionKind
	resultKind
	flagsKind
	handleKind
	streamKind
	futureKind
)

// typ is a WIT type. Values of it are, in Go: bool, uint64, int64, float32, float64, rune and string; []byte for handles and
// for lists and streams of u8; []any for other lists and streams, tuples, and records in the order of their fields;
// choice for variants, enums, options and results; []bool for flags; and for a future the value that it resolves to.
type typ struct {
	kind kind
	bits int
	// names of fields, cases or flags.
	names []string
	// parts are the types of fields, members and cases, nil for a case without a payload, or the one element.
	parts []*typ
}

// choice is a case and what it holds.
type choice struct {
	index   int
	payload any
}

var (
	boolType   = &typ{kind: boolKind}
	u8         = &typ{kind: unsignedKind, bits: 8}
	u16        = &typ{kind: unsignedKind, bits: 16}
	u32        = &typ{kind: unsignedKind, bits: 32}
	u64        = &typ{kind: unsignedKind, bits: 64}
	s8         = &typ{kind: signedKind, bits: 8}
	s16        = &typ{kind: signedKind, bits: 16}
	s32        = &typ{kind: signedKind, bits: 32}
	s64        = &typ{kind: signedKind, bits: 64}
	f32        = &typ{kind: float32Kind}
	f64        = &typ{kind: float64Kind}
	charType   = &typ{kind: charKind}
	stringType = &typ{kind: stringKind}
	handleType = &typ{kind: handleKind}
)

func listOf(t *typ) *typ      { return &typ{kind: listKind, parts: []*typ{t}} }
func streamOf(t *typ) *typ    { return &typ{kind: streamKind, parts: []*typ{t}} }
func futureOf(t *typ) *typ    { return &typ{kind: futureKind, parts: []*typ{t}} }
func tupleOf(ts ...*typ) *typ { return &typ{kind: tupleKind, parts: ts} }
func optionOf(t *typ) *typ {
	return &typ{kind: optionKind, names: []string{"none", "some"}, parts: []*typ{nil, t}}
}
func flagsOf(n ...string) *typ { return &typ{kind: flagsKind, names: n} }

func resultOf(ok, err *typ) *typ {
	return &typ{kind: resultKind, names: []string{"ok", "err"}, parts: []*typ{ok, err}}
}

func enumOf(names ...string) *typ {
	return &typ{kind: variantKind, names: names, parts: make([]*typ, len(names))}
}

// element is the type of what a list, stream or future holds.
func (t *typ) element() *typ { return t.parts[0] }

// isBytes says whether values are []byte.
func (t *typ) isBytes() bool {
	return (t.kind == listKind || t.kind == streamKind) && t.element() == u8
}
