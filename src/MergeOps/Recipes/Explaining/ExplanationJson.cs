using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Resolution;

namespace MergeOps.Recipes.Explaining;

/// <summary>Version 1 of the machine-readable form of explanations.</summary>
internal static class ExplanationJson
{
    private const int Version = 1;

    /// <summary>Writes the explanations in their order.</summary>
    public static void Write(IEnumerable<RecipeExplanation> explanations, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, DiagnosticJson.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartArray("tensors");
            foreach (var explanation in explanations)
            {
                Write(json, explanation);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void Write(Utf8JsonWriter json, RecipeExplanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("tensor", TerminalText.Escape(explanation.Tensor));
        json.WriteString("method", explanation.Method);
        json.WriteNumber("position", explanation.Position);
        Write(json, explanation.Parameters);
        json.WriteStartArray("inputs");
        foreach (var input in explanation.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("model", TerminalText.Escape(input.Model));
            json.WriteString("tensor", TerminalText.Escape(input.Tensor));
            json.WriteBoolean("base", input.IsBase);
            if (input.Share is { } share)
            {
                json.WriteNumber("share", share);
            }

            Write(json, input.Parameters);
            json.WritePropertyName("source");
            if (input.Elements is { } elements)
            {
                Write(json, elements, null);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (!explanation.Post.IsEmpty)
        {
            json.WriteStartArray("post");
            foreach (var post in explanation.Post)
            {
                json.WriteStartObject();
                json.WriteString("name", post.Name);
                json.WriteStartObject("parameters");
                foreach (var (name, value) in post.Parameters)
                {
                    json.WriteString(name, TerminalText.Escape(value));
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (!explanation.Statistics.IsEmpty)
        {
            json.WriteStartArray("statistics");
            foreach (var statistic in explanation.Statistics)
            {
                json.WriteStartObject();
                json.WriteString("kind", statistic.Kind);
                json.WriteString("model", TerminalText.Escape(statistic.Model));
                json.WriteString("file", statistic.File is { } file ? TerminalText.Escape(file) : null);
                json.WriteStartArray("tensors");
                foreach (var tensor in statistic.Tensors)
                {
                    json.WriteStringValue(TerminalText.Escape(tensor));
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<ResolvedParameter> parameters)
    {
        json.WriteStartArray("parameters");
        foreach (var parameter in parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Declaration.Name);
            json.WritePropertyName("value");
            WriteValue(json, parameter);
            json.WriteString("path", parameter.Span is { } span ? TerminalText.Escape(span.Path) : null);
            WritePlace(json, "line", parameter.Span?.Line);
            WritePlace(json, "column", parameter.Span?.Column);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ExplainedElements elements, string? role)
    {
        json.WriteStartObject();
        if (role is not null)
        {
            json.WriteString("role", role);
        }

        json.WriteString("operation", elements.Operation);
        json.WriteString("dtype", elements.DType.ToString());
        json.WriteStartArray("shape");
        foreach (var dimension in elements.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        if (elements is { Model: { } model, Tensor: { } tensor })
        {
            json.WriteString("model", TerminalText.Escape(model));
            json.WriteString("tensor", TerminalText.Escape(tensor));
        }

        foreach (var (name, value) in elements.Settings)
        {
            json.WritePropertyName(name);
            value!.WriteTo(json);
        }

        if (!elements.Parts.IsEmpty)
        {
            json.WriteStartArray("parts");
            foreach (var part in elements.Parts)
            {
                Write(json, part.Elements, part.Role);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, ResolvedParameter parameter)
    {
        switch (parameter.Value)
        {
            case null:
                json.WriteNullValue();
                break;
            case { Choice: { } choice }:
                json.WriteStringValue(choice);
                break;
            case var value when parameter.Declaration.Kind is ParameterKind.Flag or ParameterKind.Choice:
                json.WriteBooleanValue(value.Flag);
                break;
            case { Number: not double.NaN } value:
                json.WriteNumberValue(value.Number);
                break;
            case var list:
                json.WriteStartArray();
                foreach (var number in list.Numbers)
                {
                    json.WriteNumberValue(number);
                }

                json.WriteEndArray();
                break;
        }
    }

    private static void WritePlace(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
