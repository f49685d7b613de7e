// The scripts that shells source. They know nothing of commands: they hand the line up to the cursor to `tx __complete`
// and give its candidates to the shell in the shell's way.

/** The word that asks for candidates; see answer.ts. */
export const COMPLETE = '__complete';

/** bash takes `=` and `:` for the ends of words: what is before them in the word is not given again. */
const bash = `# Completion of tx in bash; to use it: source <(tx completion bash)
_tx() {
  local line="\${COMP_LINE:0:COMP_POINT}" chunk cut= flags text
  chunk="\${line##*[[:space:]]}"
  [[ $COMP_WORDBREAKS == *=* ]] && cut="\${chunk%"\${chunk##*[=:]}"}"
  COMPREPLY=()
  {
    IFS= read -r flags
    while IFS=$'\\t' read -r text _; do COMPREPLY+=("\${text#"$cut"}"); done
  } < <("$1" ${COMPLETE} "$line" 2>/dev/null)
  if [[ $flags == files ]]; then
    if ((\${#COMPREPLY[@]})); then compopt -o filenames; else compopt -o bashdefault -o default; fi
  fi
  if ((\${#COMPREPLY[@]} == 1)) && [[ \${COMPREPLY[0]} == *[/=.] ]]; then compopt -o nospace; fi
} 2>/dev/null
complete -F _tx tx
`;

const zsh = `#compdef tx
# Completion of tx in zsh; to use it, after compinit: source <(tx completion zsh)
_tx() {
  local -a answer whole shown begun begun_shown
  local line text
  answer=("\${(@f)$("\${(Q)words[1]}" ${COMPLETE} "\${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)answer[2,-1]}"; do
    text=\${line%%$'\\t'*}
    [[ $line == *$'\\t'* ]] && line="$text  -- \${line#*$'\\t'}"
    if [[ $text == *[/=.] ]]; then begun+=("$text") begun_shown+=("$line")
    else whole+=("$text") shown+=("$line"); fi
  done
  if ((\${#whole} + \${#begun})); then
    ((\${#whole})) && compadd -l -d shown -a whole
    ((\${#begun})) && compadd -S '' -l -d begun_shown -a begun
    return 0
  fi
  [[ $answer[1] == files ]] || return 1
  [[ $PREFIX == --*=* ]] && compset -P '*='
  _files
}
if [[ $funcstack[1] == _tx ]]; then _tx "$@"; else compdef _tx tx; fi
`;

const fish = `# Completion of tx in fish; to use it: tx completion fish > ~/.config/fish/completions/tx.fish
function __tx_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    set -l answer ($words[1] ${COMPLETE} (commandline -cp | string collect) 2>/dev/null)
    if test (count $answer) -gt 1
        printf '%s\\n' $answer[2..-1]
    else if test "$answer[1]" = files
        set -l option (string match -r -- '^--[^=]*=' $token)
        printf "$option%s\\n" (complete -C "'' "(string replace -r -- '^--[^=]*=' '' $token))
    end
end
complete -c tx -f -a '(__tx_complete)'
`;

export const scripts = { bash, zsh, fish };
export const shells = Object.keys(scripts) as [keyof typeof scripts, ...(keyof typeof scripts)[]];
