# Completion of kd in fish: the program itself says what may stand at the cursor.
function __kd_complete
    set -l words (commandline -opc)
    set -l line "kd "(string join ' ' -- $words[2..] (commandline -ct))
    set line (string replace -a = ' ' -- $line)
    $words[1] "[suggest:"(string length -- $line)"]" $line 2>/dev/null
end
complete -c kd -a '(__kd_complete)'
