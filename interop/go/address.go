package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"strings"

	wrpc "wrpc.io/go"
)

// place is where calls are answered.
type place struct {
	// scheme is tcp, unix or nats.
	scheme, rest string
}

// parseAddress takes tcp://host:port, unix:///path and nats://host:port/prefix?group=name.
func parseAddress(address string) (place, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	switch scheme {
	case "tcp", "unix", "nats":
		return place{scheme, rest}, nil
	default:
		return place{}, fmt.Errorf("%q is no address: it should begin with tcp://, unix:// or nats://", address)
	}
}

// invoker makes calls there.
func (p place) invoker() (wrpc.Invoker, error) {
	if p.scheme == "nats" {
		return natsClient(p.rest)
	}
	return dialer{p}, nil
}

// server takes calls there once accept is called, and says where that is.
func (p place) server() (server wrpc.Server, address string, accept func(), err error) {
	if p.scheme == "nats" {
		client, err := natsClient(p.rest)
		return client, "nats://" + p.rest, func() {}, err
	}
	listener, err := net.Listen(p.scheme, p.rest)
	if err != nil {
		return nil, "", nil, err
	}
	framed := wrpc.NewFramedServer(context.Background())
	return framed, p.scheme + "://" + listener.Addr().String(), func() { go takeConnections(listener, framed) }, nil
}

// dialer makes each call over a connection of its own.
type dialer struct{ place }

func (d dialer) Invoke(
	ctx context.Context, instance, name string, b []byte, paths ...wrpc.SubscribePath,
) (wrpc.IndexWriteCloser, wrpc.IndexReadCloser, error) {
	conn, err := net.Dial(d.scheme, d.rest)
	if err != nil {
		return nil, nil, err
	}
	half := conn.(halves)
	return wrpc.InvokeFramed(ctx, writeHalf{half}, readHalf{half}, instance, name, b, paths...)
}

func takeConnections(listener net.Listener, server *wrpc.FramedServer) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Println(err)
			return
		}
		go func() {
			// As the runtime's own listener does, an error leaves the connection open.
			if err := server.Accept(writeHalf{conn.(halves)}, readHalf{conn.(halves)}); err != nil {
				log.Println(err)
			}
		}()
	}
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
