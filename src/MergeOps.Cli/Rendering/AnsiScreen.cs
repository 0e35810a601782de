using System.Text;
using MergeOps.Tensors;
using Spectre.Console;

namespace MergeOps.Cli.Rendering;

/// <summary>Decides what a stream may carry, and opens Spectre's console on it.</summary>
internal static class AnsiScreen
{
    private const int UnbrokenWidth = 10_000;

    /// <summary>Reads the terminal and the environment: <c>NO_COLOR</c>, <c>TERM=dumb</c>.</summary>
    public static ScreenTraits TraitsOfThisProcess(HostEnvironment environment)
    {
        var output = !Console.IsOutputRedirected;
        var error = !Console.IsErrorRedirected;
        if (!(output || error) || !UnderstandsSequences(environment))
        {
            return ScreenTraits.Redirected;
        }

        var noColour = environment["NO_COLOR"] is not null;
        return new ScreenTraits(output, error, !noColour, Console.WindowWidth);
    }

    /// <summary>A console on one stream.</summary>
    public static IAnsiConsole On(TextWriter writer, bool isTerminal, ScreenTraits traits) =>
        AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal && traits.HasColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new Sink(writer, isTerminal, isTerminal && traits.Width > 0 ? traits.Width : UnbrokenWidth),
        });

    // On Windows Spectre asks the console, and switches it on; elsewhere every terminal does unless it says that it is dumb.
    private static bool UnderstandsSequences(HostEnvironment environment)
    {
        if (!OperatingSystem.IsWindows())
        {
            return environment["TERM"] is not (null or "dumb");
        }

        Console.OutputEncoding = Encoding.UTF8;
        return AnsiConsole.Profile.Capabilities.Ansi;
    }

    private sealed class Sink(TextWriter writer, bool isTerminal, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
            // the stream is UTF-8 from the start
        }
    }
}
