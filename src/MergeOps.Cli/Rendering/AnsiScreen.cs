using System.Text;
using Spectre.Console;

namespace MergeOps.Cli.Rendering;

/// <summary>Decides what a stream may carry, and opens Spectre's console on it.</summary>
internal static class AnsiScreen
{
    private const int UnbrokenWidth = 10_000;

    /// <summary>Reads the terminal and the environment: <c>NO_COLOR</c>, <c>TERM=dumb</c>.</summary>
    public static ScreenTraits TraitsOfThisProcess()
    {
        var isDumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        var noColour = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var output = !Console.IsOutputRedirected && !isDumb;
        var error = !Console.IsErrorRedirected && !isDumb;
        if (OperatingSystem.IsWindows() && (output || error))
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        return new ScreenTraits(output, error, !noColour, output || error ? Console.WindowWidth : 0);
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
