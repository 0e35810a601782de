namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads expressions as jinja2 does.</summary>
internal sealed class ExpressionParser
{
    private const int DeepestNesting = 100;

    private readonly TokenReader tokens;
    private readonly OperatorParser operators;
    private int depth;

    /// <summary>Reads those of a template.</summary>
    /// <param name="tokens">The pieces of the template.</param>
    public ExpressionParser(TokenReader tokens)
    {
        this.tokens = tokens;
        var arguments = new ArgumentParser(tokens, this);
        var postfixes = new PostfixParser(tokens, this, new(tokens, this), arguments);
        Filters = new(tokens, postfixes, arguments);
        operators = new(tokens, this, postfixes, Filters);
    }

    /// <summary>Reads filters that stand alone, in blocks.</summary>
    public FilterParser Filters { get; }

    /// <summary>What is written out. Only there may it be called safe: elsewhere that would change how it is joined.</summary>
    public Expression OutputValue()
    {
        var value = Tuple(withConditional: true);
        return value is Expression.Filter { Id: "safe", Target: { } inner, Arguments: var arguments } && arguments == Arguments.None ? inner : value;
    }

    /// <summary>An expression.</summary>
    public Expression Full()
    {
        Enter();
        var value = operators.Or();
        while (tokens.SkipsName("if"))
        {
            var test = operators.Or();
            value = new Expression.Conditional(test, value, tokens.SkipsName("else") ? Full() : null, test.Line);
        }

        Leave();
        return value;
    }

    /// <summary>Expressions with commas between them, or one alone.</summary>
    /// <param name="withConditional">Whether a condition may follow behind an if.</param>
    public Expression Tuple(bool withConditional)
    {
        var line = tokens.Current.Line;
        var items = new List<Expression> { withConditional ? Full() : operators.Or() };
        var isTuple = false;
        while (tokens.SkipsOperator(","))
        {
            isTuple = true;
            if (tokens.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || tokens.IsOperator(")"))
            {
                break;
            }

            items.Add(withConditional ? Full() : operators.Or());
        }

        return isTuple ? new Expression.List(items, IsTuple: true, line) : items[0];
    }

    /// <summary>Goes into an expression inside of another one.</summary>
    /// <exception cref="TemplateFault">It is nested too deeply.</exception>
    public void Enter()
    {
        if (++depth > DeepestNesting)
        {
            throw new TemplateFault("An expression is nested too deeply", tokens.Current.Line);
        }
    }

    /// <summary>Comes out of it.</summary>
    public void Leave() => depth--;
}
