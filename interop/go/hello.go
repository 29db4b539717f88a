package main

import (
	"fmt"
	"sync"
)

// The one function of examples/hello, and the instance that it belongs to.
const helloInstance, helloName = "wrpc-examples:hello/handler", "hello"

// answered says once that there was a call, so that it shows which members of a group were called.
var answered sync.Once

var helloFunction = function{nil, stringType, func([]any) (any, error) {
	answered.Do(func() { fmt.Println("answers") })
	return "hello from Go", nil
}}

// hello calls a server of examples/hello as often as asked, all at once, and prints the answers that differ.
func hello(address string, calls int) error {
	client, err := newClient(address)
	if err != nil {
		return err
	}
	answers := make(chan any, calls)
	for range calls {
		go func() {
			answer, err := client.invokeAt(helloInstance, helloName, helloFunction)
			if err != nil {
				answers <- err
				return
			}
			answers <- answer
		}()
	}
	seen := map[any]bool{}
	for range calls {
		answer := <-answers
		if err, failed := answer.(error); failed {
			return err
		}
		if !seen[answer] {
			fmt.Println(answer)
		}
		seen[answer] = true
	}
	return nil
}
