package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"unicode/utf8"

	wrpc "wrpc.io/go"
)

// valueReader reads values as code generated for the runtime does: a string, float, handle or flags with a single read.
type valueReader struct {
	root wrpc.IndexReadCloser
	mu   sync.Mutex
	// readers of paths, each once: what one has buffered, another would not see.
	readers map[string]wrpc.IndexReadCloser
	pending []func() error
}

func newValueReader(root wrpc.IndexReadCloser) *valueReader {
	return &valueReader{root: root, readers: map[string]wrpc.IndexReadCloser{"[]": root}}
}

// readAll reads values at the paths [0], [1] and so on, and waits for the streams and futures inside them.
func (v *valueReader) readAll(types []*typ) ([]any, error) {
	values := make([]any, len(types))
	for i, t := range types {
		if err := v.read(v.root, t, []uint32{uint32(i)}, func(value any) { values[i] = value }); err != nil {
			return nil, err
		}
	}
	return values, v.settle()
}

// settle reads streams and futures at the same time until there are none left.
func (v *valueReader) settle() error {
	for {
		v.mu.Lock()
		pending := v.pending
		v.pending = nil
		v.mu.Unlock()
		if len(pending) == 0 {
			return nil
		}
		failures := make(chan error, len(pending))
		for _, task := range pending {
			go func() { failures <- task() }()
		}
		var all []error
		for range pending {
			all = append(all, <-failures)
		}
		if err := errors.Join(all...); err != nil {
			return err
		}
	}
}

// at gives the reader of a path. The runtime takes paths from the root whatever reader is asked.
func (v *valueReader) at(path []uint32) (wrpc.IndexReadCloser, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	key := fmt.Sprint(path)
	if known, ok := v.readers[key]; ok {
		return known, nil
	}
	reader, err := v.root.Index(path...)
	if err != nil {
		return nil, fmt.Errorf("path %v: %w", path, err)
	}
	v.readers[key] = reader
	return reader, nil
}

func (v *valueReader) later(path []uint32, task func(wrpc.IndexReadCloser) error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.pending = append(v.pending, func() error {
		reader, err := v.at(path)
		if err != nil {
			return err
		}
		return task(reader)
	})
}

// read reads a value and hands it over, later where it is a stream or future.
func (v *valueReader) read(r wrpc.IndexReadCloser, t *typ, path []uint32, set func(any)) error {
	switch t.kind {
	case listKind:
		count, err := wrpc.ReadUint32(r)
		if err != nil {
			return err
		}
		return v.elements(r, t, path, 0, int(count), set)
	case tupleKind, recordKind:
		values := make([]any, len(t.parts))
		set(values)
		for i, part := range t.parts {
			if err := v.read(r, part, child(path, i), func(value any) { values[i] = value }); err != nil {
				return err
			}
		}
		return nil
	case variantKind, optionKind, resultKind:
		index, err := wrpc.ReadUint32(r)
		if err != nil {
			return err
		}
		if int(index) >= len(t.parts) {
			return fmt.Errorf("there is no case %d of %v", index, t.names)
		}
		if t.parts[index] == nil {
			set(choice{int(index), nil})
			return nil
		}
		return v.read(r, t.parts[index], path, func(payload any) { set(choice{int(index), payload}) })
	case streamKind:
		ready, err := wrpc.ReadStreamStatus(r)
		if err == nil && ready {
			return errors.New("a stream was sent inline")
		}
		v.later(path, func(r wrpc.IndexReadCloser) error { return v.stream(r, t, path, set) })
		return err
	case futureKind:
		ready, err := wrpc.ReadFutureStatus(r)
		if err == nil && ready {
			return v.read(r, t.element(), path, set)
		}
		v.later(path, func(r wrpc.IndexReadCloser) error { return v.read(r, t.element(), path, set) })
		return err
	default:
		value, err := readPrimitive(r, t)
		set(value)
		return err
	}
}

func (v *valueReader) stream(r wrpc.IndexReadCloser, t *typ, path []uint32, set func(any)) error {
	all := []any{}
	bytes := []byte{}
	for {
		count, err := wrpc.ReadUint32(r)
		if err != nil {
			return fmt.Errorf("failed to read a chunk's length: %w", err)
		}
		if count == 0 {
			if t.isBytes() {
				set(bytes)
			} else {
				set(all)
			}
			return nil
		}
		start := len(all)
		err = v.elements(r, t, path, start, int(count), func(chunk any) {
			if some, ok := chunk.([]byte); ok {
				bytes = append(bytes, some...)
			} else {
				all = append(all, chunk.([]any)...)
			}
		})
		if err != nil {
			return err
		}
	}
}

// elements reads elements of a list or chunk, the first of which has a number.
func (v *valueReader) elements(r wrpc.IndexReadCloser, t *typ, path []uint32, first, count int, set func(any)) error {
	if t.isBytes() {
		bytes := make([]byte, count)
		_, err := io.ReadFull(r, bytes)
		set(bytes)
		return err
	}
	// Grown as it arrives: a count that was misread must not be paid for.
	values := []any{}
	for i := range count {
		var value any
		if err := v.read(r, t.element(), child(path, first+i), func(got any) { value = got }); err != nil {
			return err
		}
		values = append(values, value)
	}
	set(values)
	return nil
}

func readPrimitive(r wrpc.ByteReader, t *typ) (any, error) {
	switch t.kind {
	case boolKind:
		b, err := r.ReadByte()
		if b > 1 {
			return nil, fmt.Errorf("%d is no bool", b)
		}
		return b == 1, err
	case unsignedKind:
		return readUnsigned(r, t.bits)
	case signedKind:
		return readSigned(r, t.bits)
	case float32Kind:
		var b [4]byte
		_, err := r.Read(b[:])
		return math.Float32frombits(binary.LittleEndian.Uint32(b[:])), err
	case float64Kind:
		var b [8]byte
		_, err := r.Read(b[:])
		return math.Float64frombits(binary.LittleEndian.Uint64(b[:])), err
	case charKind:
		code, err := wrpc.ReadUint32(r)
		if err == nil && !utf8.ValidRune(rune(code)) {
			return nil, fmt.Errorf("%#x is no char", code)
		}
		return rune(code), err
	case stringKind:
		b, err := readSized(r)
		if err == nil && !utf8.Valid(b) {
			return nil, errors.New("a string is not UTF-8")
		}
		return string(b), err
	case handleKind:
		return readSized(r)
	case flagsKind:
		b := make([]byte, (len(t.names)+7)/8)
		if _, err := r.Read(b); err != nil {
			return nil, err
		}
		flags := make([]bool, len(t.names))
		for i := range flags {
			flags[i] = b[i/8]>>(i%8)&1 == 1
		}
		return flags, nil
	default:
		return nil, fmt.Errorf("kind %d is no primitive", t.kind)
	}
}

func readSized(r wrpc.ByteReader) ([]byte, error) {
	n, err := wrpc.ReadUint32(r)
	if err != nil || n == 0 {
		return nil, err
	}
	b := make([]byte, n)
	_, err = r.Read(b)
	return b, err
}

func readUnsigned(r wrpc.ByteReader, bits int) (any, error) {
	switch bits {
	case 8:
		b, err := r.ReadByte()
		return uint64(b), err
	case 16:
		v, err := wrpc.ReadUint16(r)
		return uint64(v), err
	case 32:
		v, err := wrpc.ReadUint32(r)
		return uint64(v), err
	default:
		return wrpc.ReadUint64(r)
	}
}

// The runtime has no signed numbers; they are left to generated code.
func readSigned(r wrpc.ByteReader, bits int) (any, error) {
	if bits == 8 {
		b, err := r.ReadByte()
		return int64(int8(b)), err
	}
	var value int64
	for shift := 0; shift < bits; {
		b, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		value |= int64(b&0x7f) << shift
		shift += 7
		if b < 0x80 {
			if shift < 64 && b&0x40 != 0 {
				value |= -1 << shift
			}
			return value, nil
		}
	}
	return nil, fmt.Errorf("a number overflows %d bits", bits)
}

func child(path []uint32, index int) []uint32 {
	return append(append(make([]uint32, 0, len(path)+1), path...), uint32(index))
}

// paths are those at which streams and futures can be in a value.
func paths(t *typ, at wrpc.SubscribePath) []wrpc.SubscribePath {
	var all []wrpc.SubscribePath
	if t.kind == streamKind || t.kind == futureKind {
		all = append(all, at)
	}
	for i, part := range t.parts {
		if part == nil {
			continue
		}
		switch t.kind {
		case tupleKind, recordKind:
			all = append(all, paths(part, at.Index(uint32(i)))...)
		case listKind, streamKind:
			all = append(all, paths(part, at.Wildcard())...)
		default:
			all = append(all, paths(part, at)...)
		}
	}
	return all
}

// pathsOf are those of several values, at [0], [1] and so on.
func pathsOf(types []*typ) []wrpc.SubscribePath {
	var all []wrpc.SubscribePath
	for i, t := range types {
		all = append(all, paths(t, wrpc.NewSubscribePath().Index(uint32(i)))...)
	}
	return all
}
