/** The script for a shell. It calls the command itself, so it never gets out of date. */
export function printScript(shell: string): void {
  process.stdout.write(scripts[shell] ?? '');
}

const bash = `_libcni() {
  local IFS=$'\\n'
  COMPREPLY=($(libcni complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _libcni libcni
`;

const zsh = `#compdef libcni
_libcni() {
  local -a found
  local line
  for line in \${(f)"$(libcni complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#found} )); then _describe libcni found; else _files; fi
}
if [ "$funcstack[1]" = _libcni ]; then _libcni "$@"; else compdef _libcni libcni; fi
`;

const fish = `function __libcni_complete
  set -l words (commandline -opc) (commandline -ct)
  libcni complete -- $words[2..-1] 2>/dev/null
end
complete -c libcni -f -n 'test -n "$(__libcni_complete)"' -a '(__libcni_complete)'
`;

const scripts: Readonly<Record<string, string>> = { bash, zsh, fish };
