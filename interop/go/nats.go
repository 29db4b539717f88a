//go:build !nonats

package main

import (
	"strings"

	"github.com/nats-io/nats.go"
	wrpc "wrpc.io/go"
	wrpcnats "wrpc.io/go/nats"
)

// natsTransport calls and serves.
type natsTransport interface {
	wrpc.Invoker
	wrpc.Server
}

// natsClient takes host:port/prefix?group=name.
func natsClient(rest string) (natsTransport, error) {
	where, group, _ := strings.Cut(rest, "?group=")
	host, prefix, _ := strings.Cut(where, "/")
	conn, err := nats.Connect("nats://" + host)
	if err != nil {
		return nil, err
	}
	return wrpcnats.NewClient(conn, wrpcnats.WithPrefix(prefix), wrpcnats.WithGroup(group)), nil
}
