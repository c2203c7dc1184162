#compdef kd
# Completion of kd in zsh: the program itself says what may stand at the cursor.
_kd() {
  local line="kd ${(j: :)words[2,CURRENT]}"
  local -a found
  # --split=test is completed behind the equals sign.
  compset -P '--*='
  line=${line//=/ }
  found=(${(f)"$(${~words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)"})
  # Where no dash is typed a file may be meant, and options would be in the way.
  [[ $PREFIX == -* ]] || found=(${found:#-*})
  (( $#found )) && compadd -a found || _files
}
if [[ $funcstack[1] == _kd ]]; then _kd "$@"; else compdef _kd kd; fi
