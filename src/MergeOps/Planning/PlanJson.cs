using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Methods.PostProcessing;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Planning;

/// <summary>The canonical <c>plan.json</c>: every decision, no time and no machine path.</summary>
internal static class PlanJson
{
    /// <summary>The version of the layout.</summary>
    public const int Version = 1;

    /// <summary>The text of a recipe's plan.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="accepted">The warnings that the recipe accepts; the member <c>accepted</c> is there when there are some.</param>
    public static string Write(Recipe recipe, MergePlan plan, IReadOnlyList<Diagnostic>? accepted = null)
    {
        var estimate = PlanEstimate.Of(plan);
        var json = new JsonObject
        {
            ["version"] = Version,
            ["name"] = plan.Name,
            ["digest"] = plan.Digest,
            ["seed"] = plan.Seed,
            ["inputs"] = new JsonArray([.. PlanInputs.Of(recipe, plan).Select(input => JsonValue.Create(input))]),
            ["models"] = new JsonArray([.. plan.Models.Where(model => !model.IsStage).Concat(plan.OfStages).Select(Model)]),
            ["donor"] = plan.Models[plan.Donor].Reference.ToString(),
            ["tensors"] = new JsonArray([.. plan.Jobs.Select(job => Job(job, plan))]),
            ["dropped"] = new JsonArray([.. plan.Dropped.Select(dropped => new JsonObject
            {
                ["model"] = plan.Owners[dropped.Model].Reference.ToString(),
                ["tensor"] = dropped.Name,
                ["reason"] = dropped.Reason,
            })]),
            ["companions"] = new JsonArray([.. plan.Companions.Select(companion => Companion(companion, plan))]),
            ["estimate"] = new JsonObject
            {
                ["bytesToRead"] = estimate.BytesToRead,
                ["bytesToWrite"] = estimate.BytesToWrite,
                ["merged"] = estimate.Merged,
                ["copied"] = estimate.Copied,
                ["parameters"] = estimate.Parameters,
                ["bufferBytes"] = estimate.BufferBytes,
            },
        };
        if (estimate.DecompositionGigaflops > 0)
        {
            json["estimate"]!["decompositionGigaflops"] = estimate.DecompositionGigaflops;
        }

        if (!plan.Adapters.IsEmpty)
        {
            json["adapters"] = new JsonArray([.. plan.Adapters.Select(Model)]);
        }

        if (!plan.Statistics.IsEmpty)
        {
            json["statistics"] = new JsonArray([.. plan.Statistics.Select(Model)]);
        }

        if (!plan.Stages.IsEmpty)
        {
            json["stages"] = new JsonArray([.. plan.Stages.Select(stage => new JsonObject
            {
                ["name"] = stage.Name,
                ["digest"] = stage.Digest,
                ["seed"] = stage.Seed,
                ["tensors"] = new JsonArray([.. stage.Jobs.Select(job => Job(job, stage))]),
            })]);
        }

        if (!plan.NewFiles.IsEmpty)
        {
            json["newFiles"] = new JsonObject(plan.NewFiles.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)JsonValue.Create(file.Value))));
        }

        if (!plan.Vocabulary.IsEmpty)
        {
            json["vocabulary"] = new JsonArray([.. plan.Vocabulary.Select(line => JsonValue.Create(line))]);
        }

        if (plan.Lora is { } lora)
        {
            json["lora"] = new JsonObject
            {
                ["rank"] = lora.Rank,
                ["alpha"] = lora.Alpha,
                ["space"] = lora.IsCore ? LoraSpaces.Core : LoraSpaces.Full,
                ["leftOut"] = new JsonArray([.. lora.LeftOut.Select(job => JsonValue.Create(job.Name))]),
            };
        }

        JsonNode[] folded = [.. (accepted ?? []).Select(warning => new JsonObject { ["code"] = warning.Code.Id, ["reason"] = warning.Detail })];
        if (folded.Length > 0)
        {
            json["accepted"] = new JsonArray(folded);
        }

        return CanonicalJson.Write(json);
    }

    /// <summary>The digests of a plan's jobs by the names of their tensors; null for the text of a manifest, which maps the names to what was made.</summary>
    /// <param name="text">The bytes of a <c>plan.json</c>, of any version that ever was.</param>
    /// <param name="path">Where they were found, for messages.</param>
    /// <exception cref="MergeOpsException">It is damaged, or a newer version wrote it.</exception>
    public static IReadOnlyDictionary<string, string>? ReadJobs(ReadOnlySpan<byte> text, string path)
    {
        try
        {
            var root = JsonNode.Parse(JsonFlaw.WithoutMark(text)) as JsonObject;
            if (root?["tensors"] is JsonObject)
            {
                return null;
            }

            if (root?["version"] is JsonValue number && number.TryGetValue(out int version) && version > Version)
            {
                throw new MergeOpsException(Codes.EarlierPlanUnreadable, FormatVersion.Refusal(version, Version), SourceSpan.File(path));
            }

            if (root?["tensors"] is not JsonArray tensors)
            {
                throw Unreadable(path, root is null ? JsonFlaw.Of(text) : "It has no tensors.");
            }

            var jobs = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var tensor in tensors)
            {
                if (tensor is not JsonObject job || (string?)job["name"] is not { } name || (string?)job["digest"] is not { } digest || !jobs.TryAdd(name, digest))
                {
                    throw Unreadable(path, "A tensor in it has no name or no digest, or occurs twice.");
                }
            }

            return jobs;
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or InvalidOperationException)
        {
            // ArgumentException: a key that occurs twice; InvalidOperationException: half of a surrogate pair, or a value of another kind
            throw Unreadable(path, JsonFlaw.Of(text, broken));
        }
    }

    private static MergeOpsException Unreadable(string path, string why) =>
        new(Codes.EarlierPlanUnreadable, $"It is neither a plan.json nor a merge-manifest.json. {why}", SourceSpan.File(path));

    private static JsonObject Model(PlannedModel model) => new()
    {
        ["model"] = model.Reference.ToString(),
        ["locked"] = model.IsLocked,
        ["files"] = new JsonArray([.. model.Checkpoint.Files.Select(file => new JsonObject
        {
            ["path"] = file.Path,
            ["size"] = file.Size,
            ["digest"] = model.FileDigests.GetValueOrDefault(file.Path)?.ToString(),
        })]),
    };

    private static JsonObject Companion(CompanionFile companion, MergePlan plan)
    {
        var json = new JsonObject
        {
            ["model"] = plan.Owners[companion.Model].Reference.ToString(),
            ["path"] = companion.Path,
        };
        if (companion.Edit is { } edit)
        {
            json["edit"] = edit.Terms;
        }

        return json;
    }

    private static JsonObject Job(TensorJob job, MergePlan plan)
    {
        var json = new JsonObject
        {
            ["name"] = job.Name,
            ["dtype"] = job.DType.ToString(),
            ["shape"] = new JsonArray([.. job.Shape.Select(dimension => JsonValue.Create(dimension))]),
            ["method"] = job.MethodName,
            ["methodVersion"] = job.MethodVersion,
            ["parameters"] = PlanDigest.Json(job.Parameters),
            ["base"] = job.Base is { } baseInput ? Input(baseInput, plan) : null,
            ["inputs"] = new JsonArray([.. job.Inputs.Select(input => Input(input, plan))]),
            ["reason"] = job.Reason,
            ["digest"] = job.Digest,
        };
        if (!job.Statistics.IsEmpty)
        {
            json["statistics"] = new JsonArray([.. job.Statistics.Select(statistic => Statistic(statistic, job, plan))]);
        }

        if (job.Method is PostProcessedMethod { Steps: var steps })
        {
            json["post"] = new JsonArray([.. steps.Select(step => new JsonObject
            {
                ["name"] = step.Processor.Name,
                ["version"] = step.Processor.Version,
                ["parameters"] = PlanDigest.Json(step.Parameters),
            })]);
        }

        if (job.Factor is { } factor)
        {
            json["factor"] = new JsonObject
            {
                ["module"] = factor.Module,
                ["of"] = factor.IsFirst ? "A" : "B",
                ["rank"] = factor.Rank,
                ["scale"] = factor.Scale,
                ["changed"] = new JsonArray([.. factor.Changed.Shape.Select(dimension => JsonValue.Create(dimension))]),
            };
        }

        return json;
    }

    private static JsonObject Statistic(JobStatistic statistic, TensorJob job, MergePlan plan) => new()
    {
        ["model"] = plan.Models[(statistic.Of == JobStatistic.OfBase ? job.Base! : job.Inputs[statistic.Of]).Model].Reference.ToString(),
        ["kind"] = RecipeKeys.NameOf(statistic.Kind),
        ["file"] = statistic.Source?.Reads.Select(stored => plan.Owners[stored.Owner].Reference.ToString()).FirstOrDefault(),
        ["tensors"] = new JsonArray([.. (statistic.Source?.Reads ?? []).Select(stored => JsonValue.Create(stored.Tensor.Name))]),
    };

    private static JsonObject Input(JobInput input, MergePlan plan)
    {
        var json = new JsonObject
        {
            ["model"] = plan.Models[input.Model].Reference.ToString(),
            ["tensor"] = input.Source.Name,
            ["parameters"] = PlanDigest.Json(input.Parameters),
        };
        if (input.Source is not (Stored or Cut { Source: Stored }))
        {
            json["source"] = input.Source.ToString();
        }

        return json;
    }
}
