using System.CommandLine;

namespace NetGraph.Cli;

/// <summary><c>netgraph completion</c>: scripts that let shells complete command lines.</summary>
internal static class CompletionCommand
{
    // The program is asked by the name that was typed, which need not be on the path; = ends a word in bash, and what is before it must not be repeated.
    private const string Bash = """
        # Completion of netgraph for bash: source <(netgraph completion bash)
        _netgraph_completion() {
            local line="${COMP_LINE:0:COMP_POINT}" word
            local rest="${line#"${line%%[![:space:]]*}"}"
            local typed="${rest##* }" given="${COMP_WORDS[COMP_CWORD]}"
            rest="netgraph${rest#"${COMP_WORDS[0]}"}"
            COMPREPLY=()
            while IFS=$'\t' read -r word _; do
                # Readline replaces what is behind the last = only.
                if [[ $typed == *=* && $given != *=*?* ]]; then word="${word#"${typed%%=*}="}"; fi
                COMPREPLY+=("$word")
            done < <("${COMP_WORDS[0]/#\~/$HOME}" "[suggest:${#rest}]" "$rest" 2>/dev/null)
        }
        complete -o bashdefault -o default -F _netgraph_completion netgraph

        """;

    private const string Zsh = """
        #compdef netgraph
        # Completion of netgraph for zsh: source <(netgraph completion zsh), behind compinit
        _netgraph() {
            local rest="netgraph${LBUFFER#"${words[1]}"}" word text
            local -a found
            while IFS=$'\t' read -r word text; do
                word="${word//:/\\:}"
                found+=("${word}${text:+:$text}")
            done < <("${(Q)words[1]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)
            if (( ${#found} )); then
                _describe -t values 'netgraph' found
            else
                _files
            fi
        }
        if [[ "${funcstack[1]}" == _netgraph ]]; then
            _netgraph "$@"
        else
            compdef _netgraph netgraph
        fi

        """;

    private const string Fish = """
        # Completion of netgraph for fish: netgraph completion fish | source
        function __netgraph_complete
            set -l line (commandline --cut-at-cursor --current-process)
            set -l program (commandline --tokenize --current-process)[1]
            set -l rest netgraph(string sub --start (math (string length -- $program) + 1) -- $line)
            $program "[suggest:"(string length -- $rest)"]" $rest 2>/dev/null
        end
        complete --command netgraph --no-files --condition 'test -n "$(__netgraph_complete)"' --arguments '(__netgraph_complete)'
        complete --command netgraph --force-files --condition 'test -z "$(__netgraph_complete)"'

        """;

    public static Command Create()
    {
        var shell = new Argument<string?>("shell")
        {
            Description = "For which shell: bash, zsh or fish",
            CustomParser = result =>
            {
                if (result.Tokens[0].Value is "bash" or "zsh" or "fish") return result.Tokens[0].Value;
                result.AddError($"There is no completion for '{result.Tokens[0].Value}': choose one of bash, zsh, fish.");
                return null;
            },
        };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        var command = new Verb("completion", "Print a script that lets the Tab key complete verbs, options and their values.")
        {
            Examples =
            [
                ("source <(netgraph completion bash)", "in this bash; in each, from ~/.bashrc"),
                ("netgraph completion bash > ~/.local/share/bash-completion/completions/netgraph", "in each bash that has the package bash-completion"),
                ("source <(netgraph completion zsh)", "in this zsh, where compinit ran; in each, from ~/.zshrc"),
                ("netgraph completion fish > ~/.config/fish/completions/netgraph.fish", "in each fish"),
            ],
        };
        command.Add(shell);
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
        return command;
    }
}
