//go:build nonats

package main

import (
	"errors"

	wrpc "wrpc.io/go"
)

type natsTransport interface {
	wrpc.Invoker
	wrpc.Server
}

// natsClient is for runtimes from wRPC 0.18 on, which have no NATS.
func natsClient(string) (natsTransport, error) {
	return nil, errors.New("this peer was built without NATS, which its runtime does not have")
}
