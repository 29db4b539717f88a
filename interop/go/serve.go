package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	wrpc "wrpc.io/go"
)

// serve answers calls until its standard input ends.
func serve(address string) error {
	place, err := parseAddress(address)
	if err != nil {
		return err
	}
	server, listening, accept, err := place.server()
	if err != nil {
		return err
	}
	for name, all := range functions() {
		instances := []string{instance(name)}
		// Over NATS the runtime makes a subject of it that there cannot be.
		if name == "" && place.scheme != "nats" {
			instances = append(instances, "")
		}
		for _, instance := range instances {
			for fn, f := range all {
				if _, err := server.Serve(instance, fn, handler(fn, f), pathsOf(f.params)...); err != nil {
					return err
				}
			}
		}
	}
	if _, err := server.Serve(helloInstance, helloName, handler(helloName, helloFunction)); err != nil {
		return err
	}
	accept()
	fmt.Println("listening on " + listening)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// collectAfter is how long connections with futures stay open after the call.
const collectAfter = 500 * time.Millisecond

func handler(name string, f function) wrpc.HandleFunc {
	return func(_ context.Context, w wrpc.IndexWriteCloser, r wrpc.IndexReadCloser) {
		defer w.Close()
		defer r.Close()
		if err := answer(f, w, r); err != nil {
			log.Printf("%s: %v", name, err)
		}
		// Writers of futures are left to the garbage collector, which in an idle process would come much later.
		time.AfterFunc(collectAfter, runtime.GC)
	}
}

func answer(f function, w wrpc.IndexWriteCloser, r wrpc.IndexReadCloser) error {
	args, err := newValueReader(r).readAll(f.params)
	if err != nil {
		return err
	}
	result, err := f.run(args)
	if err != nil {
		return err
	}
	data, tasks, err := encodeAll(f.results(), []any{result})
	if err != nil {
		return err
	}
	// Where there is no result this is an empty frame, as generated code sends it.
	if _, err := w.Write(data); err != nil {
		return err
	}
	return runAll(w, tasks)
}
