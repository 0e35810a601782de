using MergeOps.Models;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Models;

/// <summary>A real pretrained Llama with published output; see the README beside it.</summary>
public sealed class Stories260KTests
{
    private const int Begin = 1;

    private static readonly string Folder = Path.Combine(Repository.Shared, "models", "stories260k");

    [Fact]
    public void The_published_story_is_reproduced_token_for_token()
    {
        using var model = Open();
        var expected = File.ReadLines(Path.Combine(Folder, "expected_greedy.txt")).First()["ids: ".Length..].Split(' ').Select(int.Parse).ToArray();

        Assert.Equal(expected, Continue(model.Model, expected.Length));
    }

    [Fact]
    public void The_ids_are_the_published_text()
    {
        using var model = Open();
        var lines = File.ReadAllText(Path.Combine(Folder, "expected_greedy.txt")).Split("\ntext:\n");
        var ids = lines[0]["ids: ".Length..].Split(' ').Select(int.Parse).ToArray();

        Assert.Equal(lines[1].Trim(), model.Tokenizer.Decode(ids));
        Assert.Equal(ids, model.Tokenizer.Encode(model.Tokenizer.Decode(ids)));
    }

    [Fact]
    public void The_published_story_is_greedy_when_it_is_scored()
    {
        using var model = Open();

        Assert.True(Assert.Single(model.Score([("", "Once upon a time, there was a little girl named Lily.")], TestContext.Current.CancellationToken)).IsGreedy);
    }

    private static LanguageModel Open()
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"{Folder} is not there");
        return LanguageModels.TryOpen(Folder, out var whyNot) ?? throw new InvalidOperationException(whyNot);
    }

    private static int[] Continue(DecoderModel model, int count)
    {
        using var noGradient = no_grad();
        List<long> ids = [Begin];
        while (ids.Count <= count)
        {
            using var scope = NewDisposeScope();
            var states = model.States(tensor(ids.ToArray()).view(1, -1));
            ids.Add(model.Logits(states[0, -1]).argmax().item<long>());
        }

        return [.. ids.Skip(1).Select(id => (int)id)];
    }
}
