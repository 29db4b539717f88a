package main

import (
	"fmt"
	"net"
	"strings"
)

// parseAddress takes tcp://host:port and unix:///path.
func parseAddress(address string) (network, place string, err error) {
	network, place, _ = strings.Cut(address, "://")
	if network != "tcp" && network != "unix" {
		return "", "", fmt.Errorf("%q is no address: it should begin with tcp:// or unix://", address)
	}
	return network, place, nil
}

// halves is a connection whose two directions end on their own.
type halves interface {
	net.Conn
	CloseRead() error
	CloseWrite() error
}

// writeHalf and readHalf are what the runtime wants of a connection.
type writeHalf struct{ halves }

func (h writeHalf) Close() error { return h.CloseWrite() }

type readHalf struct{ halves }

func (h readHalf) Close() error { return h.CloseRead() }
