using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// The machine form of what any verb says, whatever became of it: one object with the verb, the exit code, every finding and
/// the verb's own result. <c>output.schema.json</c> describes it.
/// </summary>
internal static class MachineOutput
{
    /// <summary>The option that chooses the format.</summary>
    public const string Option = "--format";

    /// <summary>Its value for this form.</summary>
    public const string Format = "json";

    /// <summary>Moves when a reader would misunderstand.</summary>
    private const int Version = 1;

    /// <summary>Whether a command line asks for it; also one with mistakes, which are told in the same form.</summary>
    public static bool IsAskedFor(IReadOnlyList<string> arguments)
    {
        var options = arguments.TakeWhile(argument => argument != "--").ToList();
        return options.Any(option => option is Option + "=" + Format or Option + ":" + Format)
            || options.Zip(options.Skip(1)).Any(pair => pair is (Option, Format));
    }

    /// <summary>Writes the object.</summary>
    /// <param name="output">Takes the text, all of it printable ASCII.</param>
    /// <param name="verb">The verb's words; empty when none was understood.</param>
    /// <param name="exitCode">What the process answers.</param>
    /// <param name="reported">Every finding in the order in which it was told.</param>
    /// <param name="result">What the verb made, as JSON; empty when it made nothing.</param>
    public static void Write(TextWriter output, string verb, int exitCode, IEnumerable<Diagnostic> reported, string result) => JsonOutput.Write(output, Version, json =>
    {
        json.WriteString("verb", verb);
        json.WriteNumber("exitCode", exitCode);
        DiagnosticJson.Write(json, reported);
        json.WritePropertyName("result");
        if (result.Length == 0)
        {
            json.WriteNullValue();
            return;
        }

        using var parsed = JsonDocument.Parse(result);
        parsed.RootElement.WriteTo(json);
    });
}
