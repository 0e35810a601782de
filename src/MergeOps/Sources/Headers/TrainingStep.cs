using System.Text.Json;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>The step of training at which a checkpoint was saved, as a trainer says beside it.</summary>
internal static class TrainingStep
{
    private const string File = "trainer_state.json";
    private const string Key = "global_step";

    /// <summary>The step of a local checkpoint; null where nothing says it.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    public static long? In(string folder)
    {
        try
        {
            var path = Path.Combine(folder, File);
            return System.IO.File.Exists(path) ? StepIn(PlainFile.Read(path)) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            // it only tells distances between checkpoints: what cannot be read tells none
            return null;
        }
    }

    private static long? StepIn(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1)
            {
                var isStep = json.ValueTextEquals(Key);
                json.Read();
                if (isStep)
                {
                    return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var step) ? step : null;
                }

                json.Skip();
            }
        }

        return null;
    }
}
