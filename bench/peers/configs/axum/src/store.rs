use deadpool_postgres::{CreatePoolError, Pool, PoolConfig, PoolError, Runtime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio_postgres::{NoTls, types::Json};

#[derive(Deserialize, Serialize)]
pub struct Config {
    pub name: String,
    metadata: Map<String, Value>,
}

#[derive(Clone)]
pub struct Store {
    pool: Pool,
}

impl Store {
    pub fn open(url: String, connections: usize) -> Result<Self, CreatePoolError> {
        let config = deadpool_postgres::Config {
            url: Some(url),
            pool: Some(PoolConfig::new(connections)),
            ..Default::default()
        };
        Ok(Store {
            pool: config.create_pool(Some(Runtime::Tokio1), NoTls)?,
        })
    }

    pub async fn find(&self, name: &str) -> Result<Option<Config>, PoolError> {
        let client = self.pool.get().await?;
        let statement = client
            .prepare_cached("select name, metadata from configs where name = $1")
            .await?;
        let row = client.query_opt(&statement, &[&name]).await?;
        Ok(row.map(|row| {
            let Json(metadata) = row.get(1);
            Config {
                name: row.get(0),
                metadata,
            }
        }))
    }

    /// Answers false when the name is taken.
    pub async fn create(&self, Config { name, metadata }: &Config) -> Result<bool, PoolError> {
        let client = self.pool.get().await?;
        let statement = client
            .prepare_cached("insert into configs (name, metadata) values ($1, $2) on conflict (name) do nothing")
            .await?;
        Ok(client.execute(&statement, &[name, &Json(metadata)]).await? == 1)
    }

    /// Answers false when nothing has the name.
    pub async fn replace(&self, Config { name, metadata }: &Config) -> Result<bool, PoolError> {
        let client = self.pool.get().await?;
        let statement = client
            .prepare_cached("update configs set metadata = $2 where name = $1")
            .await?;
        Ok(client.execute(&statement, &[name, &Json(metadata)]).await? == 1)
    }
}
