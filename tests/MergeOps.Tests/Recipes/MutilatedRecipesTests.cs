using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Validation;
using MergeOps.Recipes.Yaml;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>Recipes that a slip of the hand or an attacker made: bytes lost, moved, doubled and thrown in.</summary>
public sealed class MutilatedRecipesTests
{
    private const int Seed = 20;
    private const int Attempts = 400;

    private static readonly byte[][] Splinters =
    [
        .. new[]
        {
            "[", "]", "{", "}", ":", ": ", " ", "\n", "\t", "\r", "- ", "? ", "&a ", "*a ", "!x ", "'", "\"", "|\n", ">\n", "#", "%", "@", "---\n",
            "...\n", "~", "0x1f", "010", "yes", "1e400", ".nan", "<<: ", "${{", "\\", "é", "🦙", "\"\\ud800\"", "filter", "value", "models:", "slices:",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void Whatever_the_text_the_reader_answers_with_findings()
    {
        var random = new Random(Seed);
        var recipes = Directory.EnumerateFiles(Repository.Data("Recipes", "findings"), "*.yml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        using var folder = new TemporaryFolder();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var path = folder.Write("recipe.yml", Mutilated(recipes[random.Next(recipes.Length)], random));
            var (recipe, found) = RecipeReader.Read(path, RecipeText.Catalogue);
            Assert.Equal(found.HasErrors, recipe is null);
        }
    }

    [Fact]
    public void Whatever_the_text_the_import_answers_with_findings_at_places_of_it()
    {
        var random = new Random(Seed);
        var recipes = Directory.EnumerateFiles(Repository.Data("Recipes", "findings"), "*.yml").Select(File.ReadAllText)
            .Concat(File.ReadLines(Repository.Data("Recipes", "aliases", "cases.jsonl")).Select(line => (string)JsonNode.Parse(line)!["yaml"]!))
            .Order(StringComparer.Ordinal).ToArray();
        for (var attempt = 0; attempt < 3 * Attempts; attempt++)
        {
            var found = new DiagnosticBag();
            var mutilated = Mutilated(Encoding.UTF8.GetBytes(recipes[random.Next(recipes.Length)]), random);
            if (SourceFile.Decode("recipe.yml", mutilated, found) is { } source)
            {
                var text = Aliases.WriteOut(ImportedText.Of(source), found);
                DeadKeys.Remove(text, now => RecipeReader.Read(now, RecipeText.Catalogue, new DiagnosticBag()).Diagnostics, found);
                Assert.All(found, finding => Assert.Equal("recipe.yml", finding.Span?.Path));
            }
        }
    }

    private static byte[] Mutilated(byte[] recipe, Random random)
    {
        var bytes = recipe.ToList();
        for (var wounds = random.Next(1, 6); wounds > 0; wounds--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at - 1));
                    break;
                case 1:
                    bytes.InsertRange(at, Splinters[random.Next(Splinters.Length)]);
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count)).Take(random.Next(40)).ToArray());
                    break;
            }
        }

        return [.. bytes];
    }
}
