from tests.delivery_env import env, env_url

__all__ = ["env", "env_url"]
