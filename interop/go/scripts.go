package main

import (
	"errors"
	"fmt"
)

// calls makes several calls; after the first that fails it makes no more.
type calls struct {
	client *client
	name   string
	err    error
}

func (c *calls) get(fn string, args ...any) any {
	if c.err != nil {
		return nil
	}
	var value any
	if value, c.err = c.client.invoke(c.name, fn, args...); c.err != nil {
		c.err = fmt.Errorf("%s: %w", fn, c.err)
	}
	return value
}

func (c *calls) expect(expected any, fn string, args ...any) {
	got := c.get(fn, args...)
	if c.err == nil {
		c.err = same(got, expected)
	}
}

func (c *calls) counter(start uint64) any { return c.get("counter", start) }

func (c *client) runScript(name string) error {
	r := &calls{client: c, name: "resources"}
	switch name {
	case "remember-recall":
		r.name = "voids"
		for _, text := range []string{"first", "", "zweiter 🚩"} {
			r.get("remember", text)
			r.expect(text, "recall")
		}
	case "constructor":
		r.expect(uint64(40), "counter.value", r.counter(40))
	case "methods":
		counter := r.counter(0)
		r.expect(uint64(2), "counter.increment", counter, uint64(2))
		r.expect(uint64(302), "counter.increment", counter, uint64(300))
		r.expect(uint64(302), "counter.value", counter)
	case "two-counters":
		left, right := r.counter(1), r.counter(2)
		r.expect(uint64(11), "counter.increment", left, uint64(10))
		r.expect(uint64(2), "counter.value", right)
	case "static":
		r.expect(uint64(42), "counter.value", r.get("counter.join", r.counter(40), r.counter(2)))
	case "borrow":
		counter := r.counter(7)
		r.expect(uint64(7), "peek", counter)
		r.expect(uint64(7), "peek", counter)
	case "own":
		r.expect(uint64(9), "retire", r.counter(9))
	case "stale":
		counter, neighbour := r.counter(9), r.counter(3)
		r.expect(uint64(9), "retire", counter)
		if r.err != nil {
			return r.err
		}
		if _, err := c.invoke("resources", "counter.value", counter); err == nil {
			return errors.New("a handle that was given away still works")
		}
		r.expect(uint64(3), "counter.value", neighbour)
	default:
		return fmt.Errorf("this peer has no script %s", name)
	}
	return r.err
}
