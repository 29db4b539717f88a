package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	wrpc "wrpc.io/go"
)

// task sends a stream or future once the value that holds it has been sent.
type task func(root wrpc.IndexWriter) error

// encodeAll encodes values at the paths [0], [1] and so on, and says what is to be sent after them.
func encodeAll(types []*typ, values []any) ([]byte, []task, error) {
	var w valueWriter
	var buf bytes.Buffer
	for i, t := range types {
		if err := w.write(&buf, t, values[i], []uint32{uint32(i)}); err != nil {
			return nil, nil, err
		}
	}
	return buf.Bytes(), w.tasks, nil
}

// runAll sends streams and futures at the same time.
func runAll(root wrpc.IndexWriter, tasks []task) error {
	failures := make(chan error, len(tasks))
	for _, t := range tasks {
		go func() { failures <- t(root) }()
	}
	var all []error
	for range tasks {
		all = append(all, <-failures)
	}
	return errors.Join(all...)
}

// valueWriter writes each primitive by itself, which on a path of its own makes it a frame, as in generated code.
type valueWriter struct {
	tasks []task
}

func (v *valueWriter) write(w wrpc.ByteWriter, t *typ, value any, path []uint32) error {
	switch t.kind {
	case listKind:
		return v.chunk(w, t, value, path, 0)
	case tupleKind, recordKind:
		for i, part := range t.parts {
			if err := v.write(w, part, value.([]any)[i], child(path, i)); err != nil {
				return err
			}
		}
		return nil
	case variantKind, optionKind, resultKind:
		chosen := value.(choice)
		if _, err := wrpc.WriteUint32(uint32(chosen.index), w); err != nil {
			return err
		}
		if part := t.parts[chosen.index]; part != nil {
			return v.write(w, part, chosen.payload, path)
		}
		return nil
	case streamKind:
		v.tasks = append(v.tasks, func(root wrpc.IndexWriter) error { return sendStream(root, t, value, path) })
		return w.WriteByte(0)
	case futureKind:
		v.tasks = append(v.tasks, func(root wrpc.IndexWriter) error { return sendFuture(root, t, value, path) })
		return w.WriteByte(0)
	default:
		return writePrimitive(w, t, value)
	}
}

// chunk writes a count and elements, the first of which has a number.
func (v *valueWriter) chunk(w wrpc.ByteWriter, t *typ, value any, path []uint32, first int) error {
	if data, ok := value.([]byte); ok {
		_, err := wrpc.WriteByteList(data, w)
		return err
	}
	values := value.([]any)
	if _, err := wrpc.WriteUint32(uint32(len(values)), w); err != nil {
		return err
	}
	for i, element := range values {
		if err := v.write(w, t.element(), element, child(path, first+i)); err != nil {
			return err
		}
	}
	return nil
}

// byteChunk is what the runtime reads from a source at a time.
const byteChunk = 8096

func sendStream(root wrpc.IndexWriter, t *typ, value any, path []uint32) (err error) {
	w, err := root.Index(path...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	var values valueWriter
	switch all := value.(type) {
	case []byte:
		for some := range slices.Chunk(all, byteChunk) {
			if err := values.chunk(w, t, some, path, 0); err != nil {
				return err
			}
		}
	case []any:
		first := 0
		for some := range slices.Chunk(all, 3) {
			if err := values.chunk(w, t, some, path, first); err != nil {
				return err
			}
			first += len(some)
		}
	}
	if err := w.WriteByte(0); err != nil {
		return err
	}
	return runAll(root, values.tasks)
}

// sendFuture leaves its writer open, as generated code does: only the garbage collector ends the connection then.
func sendFuture(root wrpc.IndexWriter, t *typ, value any, path []uint32) error {
	w, err := root.Index(path...)
	if err != nil {
		return err
	}
	var values valueWriter
	if err := values.write(w, t.element(), value, path); err != nil {
		return err
	}
	return runAll(root, values.tasks)
}

func writePrimitive(w wrpc.ByteWriter, t *typ, value any) error {
	switch v := value.(type) {
	case bool:
		if v {
			return w.WriteByte(1)
		}
		return w.WriteByte(0)
	case uint64:
		if t.bits == 8 {
			return w.WriteByte(byte(v))
		}
		_, err := wrpc.WriteUint64(v, w)
		return err
	case int64:
		if t.bits == 8 {
			return w.WriteByte(byte(v))
		}
		return writeAll(w, appendSigned(nil, v))
	case float32:
		return writeAll(w, binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	case float64:
		return writeAll(w, binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	case rune:
		_, err := wrpc.WriteUint32(uint32(v), w)
		return err
	case string:
		// In one piece: an empty second write would be a frame that ends the path.
		return writeAll(w, append(wrpc.AppendUint32(nil, uint32(len(v))), v...))
	case []byte:
		return writeAll(w, append(wrpc.AppendUint32(nil, uint32(len(v))), v...))
	case []bool:
		b := make([]byte, (len(v)+7)/8)
		for i, set := range v {
			if set {
				b[i/8] |= 1 << (i % 8)
			}
		}
		return writeAll(w, b)
	default:
		return fmt.Errorf("%T is no primitive", value)
	}
}

func writeAll(w io.Writer, b []byte) error {
	_, err := w.Write(b)
	return err
}

func appendSigned(b []byte, v int64) []byte {
	for v > 63 || v < -64 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}
