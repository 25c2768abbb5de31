// Reads paths of AWS config files on stdin; writes what the SDK makes of each. Each line is a JSON list of
// paths, and so is its answer. The SDK's reader is internal, so this is compiled as a part of the SDK.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/internal/ini"
)

type sections = map[string]map[string]any

type reading struct {
	Profiles    sections `json:"profiles"`
	SsoSessions sections `json:"sso_sessions"`
}

// read returns nil if the SDK panics, as for a value that is one quotation mark.
func read(path string) (found *reading) {
	defer func() {
		if recover() != nil {
			found = nil
		}
	}()
	read, err := ini.OpenFile(path)
	if err != nil {
		log.Fatal(err)
	}
	found = &reading{sections{}, sections{}}
	for _, header := range read.List() {
		section, _ := read.GetSection(header)
		values := map[string]any{}
		for _, key := range section.List() {
			if nested := section.Map(key); nested != nil {
				values[key] = nested
			} else {
				values[key] = section.String(key)
			}
		}
		if name, ok := strings.CutPrefix(header, "profile "); ok || header == "default" {
			found.Profiles[name] = values
		} else if name, ok := strings.CutPrefix(header, "sso-session "); ok {
			found.SsoSessions[name] = values
		}
	}
	return found
}

func main() {
	asked, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var paths []string
		if err := asked.Decode(&paths); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		found := []*reading{}
		for _, path := range paths {
			found = append(found, read(path))
		}
		if err := answers.Encode(found); err != nil {
			log.Fatal(err)
		}
	}
}
