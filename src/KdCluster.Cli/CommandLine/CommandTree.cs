using System.CommandLine;
using Node = System.CommandLine.Command;

namespace KdCluster.Cli.CommandLine;

/// <summary>The table of commands as the tree that System.CommandLine reads lines by.</summary>
internal sealed class CommandTree
{
    private const string Name = "kd";

    // A text that begins with @ is a text, and -abc is no three options.
    private static readonly ParserConfiguration s_configuration = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
    private readonly RootCommand _root = new();
    private readonly Dictionary<Node, Command> _commands = [];

    /// <summary>Builds it.</summary>
    public CommandTree(IReadOnlyList<Command> commands)
    {
        // The root's name is that of the file that runs, which in tests is another.
        if (_root.Name != Name)
            _root.Aliases.Add(Name);
        _root.Options.Clear();
        foreach (Option everywhere in CommonOptions.Everywhere)
            _root.Options.Add(everywhere);
        foreach (Command command in commands)
            Add(command);
    }

    /// <summary>Reads a line, mistakes and all.</summary>
    public ParseResult Parse(IEnumerable<string> args) => _root.Parse([Name, .. args], s_configuration);

    /// <summary>The command that a line chooses; null when it chooses a group or none.</summary>
    public Command? Chosen(ParseResult line) => _commands.GetValueOrDefault(line.CommandResult.Command);

    private void Add(Command command)
    {
        Node node = _root;
        foreach (string word in command.Path.Split(' '))
            node = node.Subcommands.FirstOrDefault(c => c.Name == word) ?? Grow(node, word);
        node.Description = command.Summary;
        foreach (Argument argument in command.Arguments)
        {
            node.Add(argument);
            argument.CompletionSources.Add([.. argument.Choices ?? []]);
        }

        foreach (Option option in command.Options)
        {
            node.Add(option);
            option.CompletionSources.Add([.. option.Choices ?? []]);
        }

        _commands[node] = command;
    }

    private static Node Grow(Node parent, string word)
    {
        var child = new Node(word);
        parent.Add(child);
        return child;
    }
}
