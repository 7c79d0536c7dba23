# Push, and print the reply of Phoenix.
curl -sS -w '\n' -d '{"topic":"ping:wild","event":"ping"}' 'http://127.0.0.1:4100/v1/push?wait=reply'
# Print what Phoenix says, as it says it.
curl -sSN 'http://127.0.0.1:4100/v1/events?topic=numbers:*'
