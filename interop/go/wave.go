package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseWave reads a value of a type from WAVE text, as far as the rows use it. Streams are written as lists.
func parseWave(t *typ, text string) (any, error) {
	p := &waveParser{text: text}
	value, err := p.value(t)
	if err == nil && strings.TrimSpace(p.text) != "" {
		err = fmt.Errorf("%q is left over", p.text)
	}
	return value, err
}

type waveParser struct {
	text string
}

func (p *waveParser) value(t *typ) (any, error) {
	switch t.kind {
	case boolKind:
		return p.word() == "true", nil
	case unsignedKind:
		return strconv.ParseUint(p.word(), 10, t.bits)
	case signedKind:
		return strconv.ParseInt(p.word(), 10, t.bits)
	case float32Kind:
		v, err := parseFloat(p.word(), 32)
		return float32(v), err
	case float64Kind:
		return parseFloat(p.word(), 64)
	case charKind:
		text, err := p.quoted('\'')
		return []rune(text + "\x00")[0], err
	case stringKind:
		return p.quoted('"')
	case listKind, streamKind:
		return p.list(t)
	case tupleKind:
		values := make([]any, len(t.parts))
		return values, p.items('(', ')', func(i int) (err error) {
			values[i], err = p.value(t.parts[i])
			return err
		})
	case recordKind:
		values := make([]any, len(t.parts))
		return values, p.items('{', '}', func(int) (err error) {
			i, err := indexOf(t.names, p.word())
			if err != nil || !p.skip(':') {
				return fmt.Errorf("expected a field: %v", err)
			}
			values[i], err = p.value(t.parts[i])
			return err
		})
	case flagsKind:
		flags := make([]bool, len(t.names))
		return flags, p.items('{', '}', func(int) error {
			i, err := indexOf(t.names, p.word())
			if err == nil {
				flags[i] = true
			}
			return err
		})
	case variantKind, optionKind, resultKind:
		return p.choice(t)
	case futureKind:
		return p.value(t.element())
	default:
		return nil, fmt.Errorf("a type of kind %d has no text", t.kind)
	}
}

func (p *waveParser) list(t *typ) (any, error) {
	bytes := []byte{}
	values := []any{}
	err := p.items('[', ']', func(int) error {
		value, err := p.value(t.element())
		if err == nil && t.isBytes() {
			bytes = append(bytes, byte(value.(uint64)))
		}
		values = append(values, value)
		return err
	})
	if t.isBytes() {
		return bytes, err
	}
	return values, err
}

func (p *waveParser) choice(t *typ) (any, error) {
	index, err := indexOf(t.names, p.word())
	if err != nil || t.parts[index] == nil {
		return choice{index, nil}, err
	}
	if !p.skip('(') {
		return nil, fmt.Errorf("%s lacks its payload", t.names[index])
	}
	payload, err := p.value(t.parts[index])
	if err == nil && !p.skip(')') {
		err = fmt.Errorf("expected ) at %.20q", p.text)
	}
	return choice{index, payload}, err
}

// items reads items between brackets, with commas between them.
func (p *waveParser) items(open, end byte, item func(i int) error) error {
	if !p.skip(open) {
		return fmt.Errorf("expected %c at %.20q", open, p.text)
	}
	for i := 0; !p.skip(end); i++ {
		if i > 0 && !p.skip(',') {
			return fmt.Errorf("expected , or %c at %.20q", end, p.text)
		}
		if err := item(i); err != nil {
			return err
		}
	}
	return nil
}

// skip takes a character, if it comes next.
func (p *waveParser) skip(c byte) bool {
	p.text = strings.TrimLeft(p.text, " \n")
	if p.text == "" || p.text[0] != c {
		return false
	}
	p.text = p.text[1:]
	return true
}

// word takes what stands before the next punctuation.
func (p *waveParser) word() string {
	p.text = strings.TrimLeft(p.text, " \n")
	end := strings.IndexAny(p.text, " \n,:()[]{}")
	if end < 0 {
		end = len(p.text)
	}
	word := p.text[:end]
	p.text = p.text[end:]
	return word
}

func (p *waveParser) quoted(quote byte) (string, error) {
	if !p.skip(quote) {
		return "", fmt.Errorf("expected %c at %.20q", quote, p.text)
	}
	var out strings.Builder
	for i := 0; i < len(p.text); i++ {
		switch c := p.text[i]; c {
		case quote:
			p.text = p.text[i+1:]
			return out.String(), nil
		case '\\':
			i++
			if end := strings.IndexByte(p.text[i:], '}'); p.text[i] == 'u' && end > 0 {
				code, err := strconv.ParseUint(p.text[i+2:i+end], 16, 32)
				if err != nil {
					return "", err
				}
				out.WriteRune(rune(code))
				i += end
			} else {
				out.WriteString(strings.NewReplacer("n", "\n", "t", "\t", "r", "\r").Replace(p.text[i : i+1]))
			}
		default:
			out.WriteByte(c)
		}
	}
	return "", fmt.Errorf("a text does not end")
}

func parseFloat(word string, bits int) (float64, error) {
	if word == "nan" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(word, bits)
}

func indexOf(names []string, wanted string) (int, error) {
	for i, name := range names {
		if name == wanted {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q is none of %v", wanted, names)
}
