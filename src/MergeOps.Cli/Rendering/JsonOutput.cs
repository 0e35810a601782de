using System.Text;
using System.Text.Json;

namespace MergeOps.Cli.Rendering;

/// <summary>The machine form of a verb's data: one indented object that begins with its version; all of it printable ASCII.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes the object.</summary>
    /// <param name="output">Takes the text.</param>
    /// <param name="version">The form's version; moves when a reader would misunderstand.</param>
    /// <param name="members">Writes the members behind <c>version</c>.</param>
    public static void Write(TextWriter output, int version, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", version);
            members(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
