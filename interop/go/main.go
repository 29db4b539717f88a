// Command interop is a wRPC peer on the Go runtime that serves and calls the functions of interop.wit,
// and that of examples/hello.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "serve":
		return serve(args[1])
	case len(args) == 3 && args[0] == "call":
		return call(args[1], args[2])
	case len(args) == 2 && args[0] == "hello":
		return hello(args[1], 1)
	case len(args) == 3 && args[0] == "hello":
		calls, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return hello(args[1], calls)
	default:
		return fmt.Errorf("usage: interop serve <address> | interop call <address> <rows.json> | interop hello <address> [<calls>]")
	}
}
