#!/usr/bin/env bash
# make-secrets.sh [FOLDER]: an authority, a certificate for the silos of docker-compose.yml, and a password for Redis, for trying a cluster out. Keeps what is
# there. Where an authority exists already, give its files these names instead. Tokens are made by
# `kd token create`, into the folder `tokens`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=${1:-secrets}
names=${KD_CERT_NAMES:-teacher-1 teacher-2 trainer gateway localhost}
days=${KD_CERT_DAYS:-365}
umask 077
mkdir -p "$folder/tokens"
cd "$folder"

if [ ! -e ca.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$days" -subj "/CN=kdcluster authority" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.pem 2>/dev/null
fi
if [ ! -e silo.pem ]; then
  names=$(printf 'DNS:%s,' $names)IP:127.0.0.1
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=kdcluster silo" -keyout silo.key -out silo.csr 2>/dev/null
  openssl x509 -req -in silo.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" -out silo.pem 2>/dev/null \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n' "$names")
  rm silo.csr
fi
[ -e redis-password ] || openssl rand -hex 24 >redis-password
[ -e redis-url ] || printf 'redis://:%s@redis:6379\n' "$(cat redis-password)" >redis-url
# Containers read these as another user; the folder itself is closed to others.
chmod 0644 ca.pem silo.pem silo.key redis-password redis-url
chmod 0755 tokens
echo "secrets in $PWD: $(ls | paste -sd ' ')"
