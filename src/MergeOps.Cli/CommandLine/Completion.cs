using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MergeOps.Cli.CommandLine;

/// <summary>
/// Shell completion by the protocol of dotnet-suggest: <c>mergeops [suggest:POSITION] "COMMAND LINE"</c> prints what may stand
/// there, one a line.
/// </summary>
internal static partial class Completion
{
    /// <summary>Whether a shell asks.</summary>
    public static bool IsAskedFor(IReadOnlyList<string> arguments) => arguments is [var directive, ..] && Directive().IsMatch(directive);

    /// <summary>Answers.</summary>
    /// <param name="root">The command line.</param>
    /// <param name="arguments">What the shell gave.</param>
    /// <param name="output">Takes the words.</param>
    public static void Write(Command root, IReadOnlyList<string> arguments, TextWriter output)
    {
        var line = arguments.Count > 1 ? arguments[1] : "";
        var position = int.TryParse(Directive().Match(arguments[0]).Groups["position"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? Math.Min(given, line.Length)
            : line.Length;
        foreach (var word in CommandLineParser.Parse(root, line, new ParserConfiguration { ResponseFileTokenReplacer = null }).GetCompletions(position))
        {
            output.WriteLine(word.Label);
        }
    }

    [GeneratedRegex(@"\A\[suggest(:(?<position>[0-9]{1,9}))?\]\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Directive();
}
