using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;
using MergeOps.Tensors;
using Spectre.Console;

namespace MergeOps.Cli.Rendering;

/// <summary>What the two streams of a process can show.</summary>
/// <param name="OutputIsTerminal">Whether a person sees stdout.</param>
/// <param name="ErrorIsTerminal">Whether a person sees stderr; only then is there a progress display.</param>
/// <param name="HasColour">Whether colours are wanted where a person looks.</param>
/// <param name="Width">Columns of the terminal.</param>
internal sealed record ScreenTraits(bool OutputIsTerminal, bool ErrorIsTerminal, bool HasColour, int Width)
{
    /// <summary>Two streams that nobody looks at: no colour, no progress, no line broken.</summary>
    public static ScreenTraits Redirected { get; } = new(false, false, false, 0);
}

/// <summary>The two streams: stdout is data, stderr is everything else.</summary>
/// <param name="output">Takes data.</param>
/// <param name="error">Takes everything else.</param>
/// <param name="traits">What the streams can show.</param>
/// <param name="environment">What surrounds the run beside its streams.</param>
internal sealed class Screen(TextWriter output, TextWriter error, ScreenTraits traits, HostEnvironment environment)
{
    private List<Diagnostic> reported = [];
    private readonly Lazy<IAnsiConsole> data = new(() => AnsiScreen.On(output, traits.OutputIsTerminal, traits));
    private readonly Lazy<IAnsiConsole> messages = new(() => AnsiScreen.On(error, traits.ErrorIsTerminal, traits));

    /// <summary>Data.</summary>
    public TextWriter Out { get; } = output;

    /// <summary>Everything else.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>What the streams can show.</summary>
    public ScreenTraits Traits { get; } = traits;

    /// <summary>Variables, folders and the time.</summary>
    public HostEnvironment Environment { get; } = environment;

    /// <summary>Every finding that was told, in order.</summary>
    public IReadOnlyList<Diagnostic> Reported => reported;

    /// <summary>The first error that was told, if any was.</summary>
    public DiagnosticCode? FirstError => reported.FirstOrDefault(diagnostic => diagnostic.Severity is Severity.Error)?.Code;

    /// <summary>Whether what needs no attention is told, too.</summary>
    public bool IsVerbose { get; set; }

    /// <summary>Whether only errors and warnings are told.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Takes every message, too.</summary>
    public MessageLog? Log { get; set; }

    /// <summary>Whether <see cref="Out"/> takes a result for machines, who are told the findings by <see cref="Reported"/>.</summary>
    public bool IsForMachines { get; private init; }

    /// <summary>Tables on <see cref="Out"/>.</summary>
    public IAnsiConsole Data => data.Value;

    /// <summary>Progress on <see cref="Error"/>.</summary>
    public IAnsiConsole Messages => messages.Value;

    /// <summary>The streams of this process. Nothing secret passes them: what is printed ends in logs, files and screenshots.</summary>
    public static Screen OfThisProcess(HostEnvironment environment)
    {
        var output = new GuardedWriter(Console.OpenStandardOutput(), throws: true);
        var error = new GuardedWriter(Console.OpenStandardError(), throws: false);
        if (environment["GITHUB_ACTIONS"] == "true")
        {
            SecretText.Registered += new RunnerMasks(error).Tell;
        }

        var traits = AnsiScreen.TraitsOfThisProcess(environment);
        return new Screen(
            new RedactingWriter(output, LayOut(traits.OutputIsTerminal, traits)),
            new RedactingWriter(error, LayOut(traits.ErrorIsTerminal, traits)),
            traits,
            environment);
    }

    /// <summary>A screen that gathers a result for machines and tells people the rest.</summary>
    public Screen ForMachines(TextWriter result) => new(result, Error, Traits with { OutputIsTerminal = false }, Environment) { IsForMachines = true };

    /// <summary>A screen that gathers a part of a result for machines, and tells all else here.</summary>
    public Screen ForPart(TextWriter result) => new(result, Error, Traits, Environment)
    {
        IsForMachines = IsForMachines,
        IsVerbose = IsVerbose,
        IsQuiet = IsQuiet,
        Log = Log,
        reported = reported,
    };

    private static Func<string, string>? LayOut(bool isTerminal, ScreenTraits traits) =>
        isTerminal && traits.Width > 0 ? line => WordWrap.Fold(line, traits.Width) : null;

    /// <summary>A line for people.</summary>
    public void Tell(string line)
    {
        Record(line);
        if (!IsQuiet)
        {
            Show(line);
        }
    }

    /// <summary>Findings about what was asked for, one line each.</summary>
    public void Report(IEnumerable<Diagnostic> found)
    {
        foreach (var diagnostic in found)
        {
            reported.Add(diagnostic);
            Record(TextRenderer.Render(diagnostic));
            if (!IsQuiet || diagnostic.Severity is Severity.Error or Severity.Warning)
            {
                Show(Line(diagnostic, Traits.ErrorIsTerminal));
            }
        }
    }

    /// <summary>Findings that are what was asked for, one line each.</summary>
    public void WriteFindings(IEnumerable<Diagnostic> found)
    {
        foreach (var diagnostic in found)
        {
            reported.Add(diagnostic);
            if (!IsForMachines)
            {
                Out.WriteLine(Line(diagnostic, Traits.OutputIsTerminal));
            }
        }
    }

    // a log that can be written no more ends no merge
    private void Record(string line)
    {
        if (Log?.TryWrite(line) is { } problem)
        {
            Log.Dispose();
            Log = null;
            Report([Diagnostic.Warning(Codes.OutputUnwritable, $"The log of messages ends here: {problem}")]);
        }
    }

    private void Show(string line)
    {
        Out.Flush();
        Error.WriteLine(line);
        Error.Flush();
    }

    private string Line(Diagnostic diagnostic, bool isTerminal)
    {
        var line = TextRenderer.Render(diagnostic);
        if (!isTerminal || !Traits.HasColour)
        {
            return line;
        }

        var mark = diagnostic.Mark();
        var at = line.IndexOf(mark, StringComparison.Ordinal);
        return $"{line[..at]}\e[1;{ColourOf(diagnostic.Severity)}m{mark}\e[0m{line[(at + mark.Length)..]}";
    }

    private static int ColourOf(Severity severity) => severity switch
    {
        Severity.Error => 31,
        Severity.Warning => 33,
        _ => 36,
    };
}
