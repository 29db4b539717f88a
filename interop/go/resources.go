package main

import (
	"encoding/binary"
	"fmt"
	"sync"
)

// counters are the live ones by handle.
type counters struct {
	mu    sync.Mutex
	last  uint32
	value map[string]uint64
}

func (c *counters) add(value uint64) []byte {
	c.last++
	handle := binary.BigEndian.AppendUint32([]byte("counter-"), c.last)
	c.value[string(handle)] = value
	return handle
}

func (c *counters) get(handle any) (uint64, error) {
	value, ok := c.value[string(handle.([]byte))]
	if !ok {
		return 0, fmt.Errorf("there is no counter %x", handle)
	}
	return value, nil
}

// take gets the value of a counter, which is no more.
func (c *counters) take(handle any) (uint64, error) {
	value, err := c.get(handle)
	delete(c.value, string(handle.([]byte)))
	return value, err
}

func resources() map[string]function {
	c := &counters{value: map[string]uint64{}}
	locked := func(params []*typ, result *typ, run func(args []any) (any, error)) function {
		return function{params, result, func(args []any) (any, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			return run(args)
		}}
	}
	value := func(args []any) (any, error) { return c.get(args[0]) }
	return map[string]function{
		"counter": locked([]*typ{u32}, handleType, func(args []any) (any, error) {
			return c.add(args[0].(uint64)), nil
		}),
		"counter.increment": locked([]*typ{handleType, u32}, u32, func(args []any) (any, error) {
			value, err := c.get(args[0])
			if err == nil {
				value += args[1].(uint64)
				c.value[string(args[0].([]byte))] = value
			}
			return value, err
		}),
		"counter.value": locked([]*typ{handleType}, u32, value),
		"counter.join": locked([]*typ{handleType, handleType}, handleType, func(args []any) (any, error) {
			left, err := c.take(args[0])
			if err != nil {
				return nil, err
			}
			right, err := c.take(args[1])
			if err != nil {
				return nil, err
			}
			return c.add(left + right), nil
		}),
		"peek": locked([]*typ{handleType}, u32, value),
		"retire": locked([]*typ{handleType}, u32, func(args []any) (any, error) {
			return c.take(args[0])
		}),
	}
}
