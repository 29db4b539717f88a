package main

import "fmt"

// The one function of examples/hello, and the instance that it belongs to.
const helloInstance, helloName = "wrpc-examples:hello/handler", "hello"

var helloFunction = function{nil, stringType, func([]any) (any, error) { return "hello from Go", nil }}

// hello prints what a server of examples/hello answers.
func hello(address string) error {
	client, err := newClient(address)
	if err != nil {
		return err
	}
	answer, err := client.invokeAt(helloInstance, helloName, helloFunction)
	if err != nil {
		return err
	}
	fmt.Println(answer)
	return nil
}
