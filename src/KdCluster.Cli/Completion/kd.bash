# Completion of kd in bash: the program itself says what may stand at the cursor.
_kd() {
  local word=${COMP_WORDS[COMP_CWORD]} line=kd words i
  # bash parts --split=test at the equals sign.
  [[ $word == "=" ]] && word=
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == "=" ]] || line+=" ${COMP_WORDS[i]}"
  done
  line+=" $word"
  words=$("${COMP_WORDS[0]/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null) || return 0
  # Where no dash is typed a file may be meant, and options would be in the way.
  [[ $word == -* ]] || words=$(grep -v '^-' <<<"$words")
  # shellcheck disable=SC2207  # words of kd hold no blanks; bash 3 has no mapfile
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _kd kd
