// The least that a Knative Service can be: a static program that answers. What it takes from zero is Kubernetes.
package main

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

func main() {
	listener, err := net.Listen("tcp", ":8080")
	if err != nil {
		panic(err)
	}
	say("listening", 0)
	http.HandleFunc("/", func(answer http.ResponseWriter, request *http.Request) {
		start := time.Now()
		fmt.Fprintln(answer, "hello")
		say("request", time.Since(start))
	})
	panic(http.Serve(listener, nil))
}

// As the functions log it.
func say(message string, duration time.Duration) {
	fmt.Printf("{\"time\":%d,\"sinceSpawnMs\":0,\"durationMs\":%d,\"msg\":%q}\n", time.Now().UnixMilli(), duration.Milliseconds(), message)
}
