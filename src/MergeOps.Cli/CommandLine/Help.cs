using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.Rendering;

namespace MergeOps.Cli.CommandLine;

/// <summary>The help of a command, for people or for machines.</summary>
internal static class Help
{
    private const int JsonVersion = 1;

    /// <summary>Shows it.</summary>
    public static void Show(Command command, Screen screen)
    {
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json => Write(command, json));
        }
        else
        {
            HelpText.Write(command, screen.Out);
        }
    }

    private static void Write(Command command, Utf8JsonWriter json)
    {
        json.WriteString("name", HelpText.Words(command));
        json.WriteString("summary", command.Description);
        if (command is Verb verb)
        {
            json.WriteString("remarks", verb.Remarks);
            json.WritePropertyName("examples");
            JsonSerializer.Serialize(json, verb.Examples);
        }

        json.WriteStartArray("arguments");
        foreach (var argument in command.Arguments)
        {
            WriteEntry(json, argument.Name, argument.Description, argument.Arity.MinimumNumberOfValues > 0);
        }

        json.WriteEndArray();
        json.WriteStartArray("options");
        foreach (var option in HelpText.OptionsOf(command))
        {
            WriteEntry(json, option.Name, option.Description, option.Required);
        }

        json.WriteEndArray();
        json.WriteStartArray("verbs");
        foreach (var below in command.Subcommands)
        {
            json.WriteStartObject();
            Write(below, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, string? description, bool isRequired)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("summary", description);
        json.WriteBoolean("required", isRequired);
        json.WriteEndObject();
    }
}
