module witwire.example/interop

go 1.25.0

require (
	github.com/nats-io/nats.go v1.52.0
	wrpc.io/go v0.2.0
)
