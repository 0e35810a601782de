using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>
/// Every term of the digests of jobs and plans: the text that is hashed, written out, and each decision moved by itself.
/// Whoever changes such a text moves the digests of all plans that were ever approved.
/// </summary>
public sealed class PlanDigestTermsTests
{
    private static readonly ImmutableArray<PlannedModel> Models =
    [
        Model("base", new BlobDigest(DigestKind.Sha256, new string('a', 64)), 100),
        Model("expert", new BlobDigest(DigestKind.GitBlob, new string('b', 40)), 200),
        Model("other", null, 300) with { FileSamples = ImmutableSortedDictionary<string, string>.Empty.Add("model.safetensors", "sample") },
    ];

    private static readonly TensorJob Job = new()
    {
        Name = "w",
        DType = DType.BF16,
        Shape = [3, 2],
        Method = new NamedMethod("ties", 2),
        Parameters = Parameters("lambda", ParameterValue.Of(0.5)),
        Base = Input(0, Tensor("w")),
        Inputs = [Input(1, Tensor("w"), Parameters("weight", ParameterValue.Of(1.0))), Input(2, Tensor("v"), Parameters("weight", ParameterValue.Of(-0.25)))],
        Tail = new(Slice.RowsFrom(2, new Stored(1, Tensor("w"))), ResolvedParameters.Empty),
        Seed = 7,
        AllowsNonFinite = true,
        Digest = "",
        Reason = "rows 2 to 2 are those of expert",
    };

    private static readonly TensorJob Copy = Job with
    {
        Shape = [],
        Method = null,
        Parameters = ResolvedParameters.Empty,
        Base = null,
        Inputs = [Input(0, Tensor("w") with { Shape = [] })],
        Tail = null,
        Seed = 0,
        AllowsNonFinite = false,
    };

    private static readonly MergePlan Plan = new()
    {
        Name = "merged",
        Models = Models,
        Jobs = [Job with { Digest = new string('1', 64) }, Job with { Name = "x", Digest = new string('2', 64) }],
        Dropped = [],
        Donor = 0,
        Config = "{}\n",
        Companions = [new(0, "tokenizer.json")],
        ShardSize = 5,
        Seed = 7,
        Digest = "",
    };

    public static TheoryData<string> DecisionsOfAJob => [.. Changes.Keys];

    private static Dictionary<string, Func<TensorJob, TensorJob>> Changes => new()
    {
        ["name"] = job => job with { Name = "x" },
        ["dtype"] = job => job with { DType = DType.F32 },
        ["shape"] = job => job with { Shape = [2, 3] },
        ["method"] = job => job with { Method = new NamedMethod("dare_ties", 2) },
        ["version of the method"] = job => job with { Method = new NamedMethod("ties", 3) },
        ["parameter"] = job => job with { Parameters = Parameters("lambda", ParameterValue.Of(0.25)) },
        ["name of a parameter"] = job => job with { Parameters = Parameters("density", ParameterValue.Of(0.5)) },
        ["seed"] = job => job with { Seed = 8 },
        ["no base"] = job => job with { Base = null },
        ["another base"] = job => job with { Base = Input(1, Tensor("w")) },
        ["one input less"] = job => job with { Inputs = [job.Inputs[0]] },
        ["order of inputs"] = job => job with { Inputs = [job.Inputs[1], job.Inputs[0]] },
        ["file of an input"] = job => WithSource(job, stored => stored with { Owner = 0 }),
        ["tensor of an input"] = job => WithSource(job, stored => stored with { Tensor = stored.Tensor with { Name = "u" } }),
        ["dtype of an input"] = job => WithSource(job, stored => stored with { Tensor = stored.Tensor with { DType = DType.F16 } }),
        ["shape of an input"] = job => WithSource(job, stored => stored with { Tensor = stored.Tensor with { Shape = [4, 2] } }),
        ["parameter of an input"] = job => WithInput(job, input => input with { Parameters = Parameters("weight", ParameterValue.Of(0.75)) }),
        ["no tail"] = job => job with { Tail = null },
        ["tail of another model"] = job => job with { Tail = new(Slice.RowsFrom(2, new Stored(0, Tensor("w"))), ResolvedParameters.Empty) },
        ["rows of the tail"] = job => job with { Tail = new(Slice.RowsFrom(1, new Stored(1, Tensor("w"))), ResolvedParameters.Empty) },
        ["infinity allowed"] = job => job with { AllowsNonFinite = false },
    };

    [Fact]
    public void A_jobs_digest_is_that_of_its_decisions_written_out() => Assert.Equal(
        Sha256($$"""
            {
              "allowsNonFinite": true,
              "base": {
                "dtype": "BF16",
                "file": "{{new string('a', 64)}}",
                "parameters": {},
                "shape": [
                  3,
                  2
                ],
                "tensor": "w"
              },
              "dtype": "BF16",
              "engineFormat": 1,
              "inputs": [
                {
                  "dtype": "BF16",
                  "file": "git:{{new string('b', 40)}}",
                  "parameters": {
                    "weight": "1"
                  },
                  "shape": [
                    3,
                    2
                  ],
                  "tensor": "w"
                },
                {
                  "dtype": "BF16",
                  "file": "unlocked:header of other:300:sample",
                  "parameters": {
                    "weight": "-0.25"
                  },
                  "shape": [
                    3,
                    2
                  ],
                  "tensor": "v"
                }
              ],
              "method": "ties",
              "methodVersion": 2,
              "name": "w",
              "parameters": {
                "lambda": "0.5"
              },
              "seed": 7,
              "shape": [
                3,
                2
              ],
              "tail": {
                "dtype": "BF16",
                "file": "git:{{new string('b', 40)}}",
                "parameters": {},
                "shape": [
                  1,
                  2
                ],
                "tensor": "w"
              }
            }

            """),
        PlanDigest.Of(Job, new(Models)));

    [Fact]
    public void A_copy_has_no_base_and_names_neither_tail_nor_infinity() => Assert.Equal(
        Sha256($$"""
            {
              "base": null,
              "dtype": "BF16",
              "engineFormat": 1,
              "inputs": [
                {
                  "dtype": "BF16",
                  "file": "{{new string('a', 64)}}",
                  "parameters": {},
                  "shape": [],
                  "tensor": "w"
                }
              ],
              "method": "copy",
              "methodVersion": 1,
              "name": "w",
              "parameters": {},
              "seed": 0,
              "shape": []
            }

            """),
        PlanDigest.Of(Copy, new(Models)));

    [Fact]
    public void A_plans_digest_is_that_of_its_decisions_written_out() => Assert.Equal(
        Sha256($$"""
            {
              "companions": [
                {
                  "digest": "{{new string('c', 64)}}",
                  "path": "tokenizer.json"
                }
              ],
              "config": "{}\n",
              "engineFormat": 1,
              "jobs": [
                "{{new string('1', 64)}}",
                "{{new string('2', 64)}}"
              ]
            }

            """),
        PlanDigest.Of(Plan));

    [Theory]
    [MemberData(nameof(DecisionsOfAJob))]
    public void Each_decision_of_a_job_moves_its_digest(string decision) =>
        Assert.NotEqual(PlanDigest.Of(Job, new(Models)), PlanDigest.Of(Changes[decision](Job), new(Models)));

    [Fact]
    public void Each_part_of_what_an_unlocked_file_is_known_by_moves_the_digest()
    {
        PlannedModel[] others =
        [
            Model("another", null, 300) with { FileSamples = Models[2].FileSamples },
            Model("other", null, 301) with { FileSamples = Models[2].FileSamples },
            Models[2] with { FileSamples = Models[2].FileSamples.SetItem("model.safetensors", "another sample") },
            Model("other", new BlobDigest(DigestKind.Sha256, new string('d', 64)), 300),
        ];

        Assert.Distinct(others.Append(Models[2]).Select(other => PlanDigest.Of(Job, new(Models.SetItem(2, other)))));
    }

    [Fact]
    public void Each_decision_of_a_plan_moves_its_digest() => Assert.Distinct(new[]
    {
        Plan,
        Plan with { Jobs = [.. Plan.Jobs.Reverse()] },
        Plan with { Jobs = [Plan.Jobs[0]] },
        Plan with { Config = null },
        Plan with { Config = "{\"a\": 1}\n" },
        Plan with { Companions = [] },
        Plan with { Companions = [new(0, "vocab.json")] },
        Plan with { Companions = [new(1, "tokenizer.json")] },
    }.Select(PlanDigest.Of));

    [Fact]
    public void What_decides_no_byte_moves_no_digest()
    {
        Assert.Equal(PlanDigest.Of(Job, new(Models)), PlanDigest.Of(Job with { Reason = null, Digest = new('a', 64) }, new(Models)));
        Assert.Equal(PlanDigest.Of(Plan), PlanDigest.Of(Plan with { Name = "other", Dropped = [new(0, "b", "unused")], ShardSize = 6, Donor = 1, Digest = "x" }));
    }

    private static TensorJob WithInput(TensorJob job, Func<JobInput, JobInput> change) => job with { Inputs = job.Inputs.SetItem(0, change(job.Inputs[0])) };

    private static TensorJob WithSource(TensorJob job, Func<Stored, Stored> change) => WithInput(job, input => input with { Source = change((Stored)input.Source) });

    private static JobInput Input(int model, TensorInfo tensor, ResolvedParameters? parameters = null) => new(new Stored(model, tensor), parameters ?? ResolvedParameters.Empty);

    private static TensorInfo Tensor(string name) => new(name, DType.BF16, [3, 2], "model.safetensors", 80, 12);

    private static ResolvedParameters Parameters(string name, ParameterValue value) =>
        new([new(new NumberParameter(name, ParameterScope.Method, null, "a number"), value)]);

    private static PlannedModel Model(string name, BlobDigest? weights, long size) => new(
        new ModelReference(name),
        new Checkpoint("/models", [new CheckpointFile("model.safetensors", size, $"header of {name}")], TensorMap<TensorInfo>.Empty),
        ImmutableSortedDictionary<string, BlobDigest?>.Empty
            .Add("model.safetensors", weights)
            .Add("tokenizer.json", new BlobDigest(DigestKind.Sha256, new string(name == "base" ? 'c' : 'e', 64)))
            .Add("vocab.json", new BlobDigest(DigestKind.Sha256, new string('c', 64))));

    private sealed class NamedMethod(string name, int version) : MergeMethod
    {
        public override string Name => name;

        public override string Title => name;

        public override string Summary => "A method that is planned and never runs";

        public override int Version => version;

        public override Uri? Reference => null;

        public override BaseModelRule BaseModel => BaseModelRule.Required;

        public override int MinModels => 1;

        public override TileFunction Prepare(ITensorInputs inputs) => throw new NotSupportedException();
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"))));
}
