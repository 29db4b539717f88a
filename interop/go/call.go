package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	wrpc "wrpc.io/go"
)

// row is a function and the values to call it with, or the name of a script of several calls.
type row struct {
	Row       string `json:"row"`
	Interface string `json:"interface"`
	Function  string `json:"function"`
	Params    string `json:"params"`
	Result    string `json:"result"`
	Fill      int    `json:"fill"`
	Script    string `json:"script"`
}

type report struct {
	Row   string `json:"row"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

// patience is how long a call may take.
const patience = 5 * time.Second

// call calls every row of a file, and says how each went.
func call(address, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var rows []row
	if err := json.Unmarshal(text, &rows); err != nil {
		return err
	}
	client, err := newClient(address)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, row := range rows {
		result := report{Row: row.Row, OK: true}
		if err := client.callRow(row); err != nil {
			result = report{Row: row.Row, Error: err.Error()}
		}
		if err := out.Encode(result); err != nil {
			return err
		}
	}
	return nil
}

type client struct {
	invoker   wrpc.Invoker
	functions map[string]map[string]function
}

func newClient(address string) (*client, error) {
	place, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	invoker, err := place.invoker()
	return &client{invoker, functions()}, err
}

func (c *client) callRow(row row) error {
	if row.Script != "" {
		return c.runScript(row.Script)
	}
	f, ok := c.functions[row.Interface][row.Function]
	if !ok {
		return fmt.Errorf("this peer has no function %s.%s", row.Interface, row.Function)
	}
	if row.Fill > 0 {
		return c.callFilled(row, f)
	}
	args, err := parseWave(tupleOf(f.params...), row.Params)
	if err != nil {
		return err
	}
	got, err := c.invoke(row.Interface, row.Function, args.([]any)...)
	if err != nil || f.result == nil {
		return err
	}
	expected, err := parseWave(f.result, row.Result)
	if err != nil {
		return err
	}
	return same(got, expected)
}

func (c *client) callFilled(row row, f function) error {
	data := make([]byte, row.Fill)
	for i := range data {
		data[i] = byte(i % 251)
	}
	first := []byte("first")
	switch row.Function {
	case "measure":
		got, err := c.invoke(row.Interface, row.Function, data)
		return errors.Join(err, same(got, uint64(len(data))))
	case "measure-in-turn":
		got, err := c.invoke(row.Interface, row.Function, first, data)
		return errors.Join(err, same(got, []any{uint64(len(first)), uint64(len(data))}))
	default:
		got, err := c.invoke(row.Interface, row.Function, data)
		return errors.Join(err, same(got, data))
	}
}

// same compares texts, since a NaN is not equal to itself.
func same(got, expected any) error {
	if a, b := fmt.Sprintf("%#v", got), fmt.Sprintf("%#v", expected); a != b {
		return fmt.Errorf("got %.200s, not %.200s", a, b)
	}
	return nil
}

// invoke makes one call of a function of the contract.
func (c *client) invoke(name, fn string, args ...any) (any, error) {
	return c.invokeAt(instance(name), fn, c.functions[name][fn], args...)
}

// invokeAt makes one call and waits for everything in its result.
func (c *client) invokeAt(instance, fn string, f function, args ...any) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	data, tasks, err := encodeAll(f.params, args)
	if err != nil {
		return nil, err
	}
	w, r, err := c.invoker.Invoke(ctx, instance, fn, data, pathsOf(f.results())...)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sent := make(chan error, 1)
	go func() {
		err := runAll(w, tasks)
		sent <- errors.Join(err, w.Close())
	}()
	result, err := c.receive(f, r)
	return result, errors.Join(err, <-sent)
}

func (c *client) receive(f function, r wrpc.IndexReadCloser) (any, error) {
	if f.result == nil {
		// The end of the root is all that there is to wait for; the runtime reports it as unexpected.
		if _, err := io.ReadAll(r); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, err
		}
		return nil, nil
	}
	values, err := newValueReader(r).readAll(f.results())
	if err != nil {
		return nil, err
	}
	return values[0], nil
}
